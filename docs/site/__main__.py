"""Make the site: ``python -m docs.site [FOLDER]``; warnings are errors, and every page is looked through afterwards."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from docs.site import checks, pages
from docs.site.staging import ROOT, lay_out

SITE = ROOT / "site"


def main(target: Path = SITE) -> int:
    """Build into a folder, which is replaced; return 0, or 1 where Sphinx warned or a page has a dead end."""
    os.environ["TWINHELIX_ENGINE"] = "plain"  # functions are documented as they are written
    from sphinx.cmd.build import build_main

    with tempfile.TemporaryDirectory() as folder:
        source, made, known = Path(folder, "source"), Path(folder, "site"), Path(folder, "doctrees")
        lay_out(source, pages.made())
        options = ["-q", "-W", "--keep-going", "-c", str(Path(__file__).parent), "-d", str(known)]
        if build_main([*options, str(source), str(made)]):
            return 1
        found = checks.problems(made)
        if found:
            sys.stderr.write("\n".join(found) + "\n")
            return 1
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)
    sys.stdout.write(f"{len(list(target.rglob('*.html')))} pages in {target}, begin at index.html\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
