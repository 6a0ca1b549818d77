// @ts-check
// One history as a map and as a network.
"use strict";

const MOST = 40; // cities a side of a network

/** Ties of a scene with the cities they join. @param {Scene} scene @param {number} stage @returns {any[]} */
function ties(scene, stage) {
  const at = new Map(scene.cities.map((city) => [city.id, city]));
  return scene.ties.filter(([, , highest]) => highest >= stage)
    .map(([a, b, highest]) => ({ a: at.get(a), b: at.get(b), highest }));
}

/** A colour and a shape for every region. @param {Scene} scene @returns {(city: City) => [string, string]} */
function looks(scene) {
  const regions = [...new Set(scene.cities.map((city) => city.region))].sort().reverse();
  const colours = ["#0072b2", "#008561", "#8a6d00", "#b25a8a", "#d55e00", "#4d4d4d"];
  const shapes = ["circle", "square", "triangle", "diamond", "star", "cross"];
  return (city) => { const x = regions.indexOf(city.region) % 6; return [colours[x], shapes[x]]; };
}

/** @param {Scene} scene @param {number[][][]} land @param {string} chosen @param {number} width @returns {any} */
function drawMap(scene, land, chosen, width) {
  const made = ties(scene, 4), look = looks(scene), height = Math.round(Math.max(240, Math.min(370, width * 0.48)));
  const around = { type: "GeometryCollection", geometries: [{ type: "MultiPoint", coordinates: scene.cities.map((city) => city.at) },
    ...made.map((t) => ({ type: "LineString", coordinates: [t.a.at, t.b.at] }))] };
  const middle = d3.geoCentroid({ type: "MultiPoint", coordinates: scene.cities.map((city) => city.at) })[0];
  const placed = d3.geoNaturalEarth1().rotate([-middle, 0]).fitExtent([[30, 18], [width - 70, height - 14]], around);
  const clockwise = (/** @type {number[][]} */ ring) => (d3.geoArea({ type: "Polygon", coordinates: [ring] }) > 2 * Math.PI ? [...ring].reverse() : ring);
  const outline = { type: "MultiPolygon", coordinates: land.map((ring) => [clockwise(ring)]) };
  const lines = made.map((t) => ({ type: "Feature", properties: t, geometry: { type: "LineString", coordinates: [t.a.at, t.b.at] } }));
  const named = labelled(scene, made, chosen, placed), strong = (/** @type {any} */ line) => line.properties.highest > 4;
  const spot = { x: (/** @type {City} */ c) => c.at[0], y: (/** @type {City} */ c) => c.at[1] };
  return Plot.plot({ className: "plot", width, height, projection: () => placed,
    marks: [Plot.geo(outline, { fill: "#e9e6df" }),
      Plot.geo(lines, { stroke: (/** @type {any} */ l) => (strong(l) ? "#2d1160" : "#9b59b6"), strokeWidth: (/** @type {any} */ l) => (strong(l) ? 1.6 : 1),
        strokeOpacity: (/** @type {any} */ l) => (chosen && l.properties.a.id !== chosen && l.properties.b.id !== chosen ? 0.1 : 0.5) }),
      Plot.dot(scene.cities, { ...spot, r: { value: (/** @type {City} */ c) => (c.id === chosen ? 7 : 4.5), scale: null }, fill: (/** @type {City} */ c) => look(c)[0],
        symbol: (/** @type {City} */ c) => look(c)[1], stroke: "#fff", title: "name" }),
      Plot.text(named, { ...spot, text: "name", dx: 8, textAnchor: "start", fontWeight: (/** @type {City} */ c) => (c.id === chosen ? 700 : 400), fontSize: 11.5, stroke: "#fff", strokeWidth: 3.5, fill: "#1f2328" })] });
}

/** The cities that have room for their names, those with most ties first. @param {Scene} scene @param {any[]} made @param {string} chosen @param {any} placed @returns {City[]} */
function labelled(scene, made, chosen, placed) {
  const count = (/** @type {City} */ city) => (city.id === chosen ? 1e6 : made.filter((t) => t.a.id === city.id || t.b.id === city.id).length);
  /** @type {number[][]} */ const taken = [];
  return [...scene.cities].sort((c, d) => count(d) - count(c)).filter((city) => {
    const [x, y] = placed(city.at), box = [x + 6, y - 8, x + 14 + 6.4 * city.name.length, y + 8];
    const dots = scene.cities.some((other) => { const [u, v] = placed(other.at); return other !== city && u > box[0] - 3 && u < box[2] && v > box[1] && v < box[3]; });
    if (dots || taken.some((t) => t[0] < box[2] && box[0] < t[2] && t[1] < box[3] && box[1] < t[3])) return false;
    taken.push(box);
    return true;
  });
}

/** Cities in columns, a column a side, those with most partners, and what joins them. @param {Scene} scene @param {string} chosen @param {number} width @returns {any} */
function drawNetwork(scene, chosen, width) {
  const look = looks(scene), all = ties(scene, 2), count = d3.rollup(all.flatMap((t) => [t.a.id, t.b.id]), (/** @type {any[]} */ v) => v.length, (/** @type {string} */ d) => d);
  const first = scene.cities[0]?.region;
  const most = (/** @type {City[]} */ side) => d3.sort(side, (/** @type {City} */ c) => -(count.get(c.id) ?? 0), (/** @type {City} */ c) => c.name).slice(0, MOST);
  const sides = [true, false].map((is) => most(scene.cities.filter((c) => (c.region === first) === is))), seen = sides.flat();
  const place = new Map(sides.flatMap((side, x) => side.map((/** @type {City} */ city, /** @type {number} */ y) => [city.id, [x, (y + 0.5) / side.length]])));
  const at = (/** @type {City} */ city) => place.get(city.id) ?? [0, 0], made = all.filter((t) => place.has(t.a.id) && place.has(t.b.id));
  const tie = { x1: (/** @type {any} */ t) => at(t.a)[0], y1: (/** @type {any} */ t) => at(t.a)[1], x2: (/** @type {any} */ t) => at(t.b)[0], y2: (/** @type {any} */ t) => at(t.b)[1],
    strokeWidth: (/** @type {any} */ t) => (t.highest > 3 ? 1.8 : 0.8), strokeOpacity: 0.65,
    stroke: (/** @type {any} */ t) => (chosen && t.a.id !== chosen && t.b.id !== chosen ? FAINT : t.highest > 3 ? "#651a70" : "#c04c18") };
  const within = (/** @type {any} */ x) => made.filter((t) => at(t.a)[0] === x && at(t.b)[0] === x);
  const arc = (/** @type {number} */ x) => Plot.arrow(within(x), { ...tie, headLength: 0, bend: 60, sweep: x ? "+x" : "-x" });
  const room = Math.min(170, Math.round(0.31 * width)), letters = Math.floor((room - 14) / 6.3);
  const text = (/** @type {number} */ x) => Plot.text(sides[x], { x, y: (/** @type {City} */ c) => at(c)[1], text: (/** @type {City} */ c) => shortened(c.name, letters), dx: x ? 12 : -12,
    textAnchor: x ? "start" : "end", fontSize: 11.5, fontWeight: (/** @type {City} */ c) => (c.id === chosen ? 700 : 400) });
  return Plot.plot({ className: "plot", width, height: 40 + 17 * Math.max(...sides.map((side) => side.length)),
    x: { domain: [0, 1], axis: null }, y: { domain: [1, 0], axis: null }, marginLeft: room, marginRight: room, marginTop: 8, marginBottom: 8,
    marks: [Plot.link(made.filter((t) => at(t.a)[0] !== at(t.b)[0]), { ...tie, curve: "bump-x" }), arc(0), arc(1),
    Plot.dot(seen, { x: (/** @type {City} */ c) => at(c)[0], y: (/** @type {City} */ c) => at(c)[1], r: { value: (/** @type {City} */ c) => 2.5 + Math.sqrt(count.get(c.id) ?? 0), scale: null },
      fill: (/** @type {City} */ c) => look(c)[0], symbol: (/** @type {City} */ c) => look(c)[1], stroke: "#fff", title: "name" }), text(0), text(1)] });
}
