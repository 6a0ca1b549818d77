// What the page's own scripts take from the vendored libraries and from each other; read by the checker alone.
declare const d3: any;
declare const Plot: any;
interface Window { grid?: Grid; }
