// Draws the municipalities from the shapes of the server, coloured by the values that stand in the page.
// Plain SVG: its links are links, for a mouse, for a keyboard and for whoever listens to a page.

const SVG = "http://www.w3.org/2000/svg";
const ALWAYS_NAMED = 3; // those with the most cards, whatever lies in the way
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function made(tag, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}

class RegionMap {
  constructor(section, data) {
    this.section = section;
    this.data = data;
    this.sheet = section.querySelector("[data-map-sheet]");
    this.svg = this.sheet.querySelector("svg");
    this.tip = section.querySelector("[data-map-tip]");
    this.drawn = [];
    this.measure = 0;
  }

  draw(told) {
    this.show("scheme", told.scheme && told.shapes.length);
    this.show("empty", !told.shapes.length);
    this.show("attribution", told.attribution).textContent = told.attribution;
    const there = new Set(told.shapes.map((shape) => String(shape.id)));
    const absent = Object.entries(this.data.places).filter(([id]) => !there.has(id)).map(([, place]) => place.name);
    this.show("absent", told.shapes.length && absent.length).querySelector("span").textContent = absent.join(", ");
    this.section.classList.toggle("map-is-empty", !told.shapes.length);
    if (!told.shapes.length) return;
    this.svg.setAttribute("viewBox", `0 0 ${told.width} ${told.height}`);
    this.hatch(this.svg, "map-hatch");
    for (const shape of told.shapes) this.add(shape);
    this.ring = made("path", { class: "map-ring" }, this.svg);
    this.labels = made("g", { class: "map-labels", "aria-hidden": "true" }, this.svg);
    this.walkable()[0]?.link.setAttribute("tabindex", "0");
    this.svg.addEventListener("keydown", (event) => this.step(event));
    this.svg.addEventListener("pointerleave", () => this.quiet());
    this.colour(0);
    new ResizeObserver(() => this.label()).observe(this.svg);
  }

  show(name, wanted) {
    const note = this.section.querySelector(`[data-map-${name}]`);
    note.hidden = !wanted;
    return note;
  }

  hatch(svg, id) {
    const pattern = made("pattern", {
      id, width: 26, height: 26, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
    }, made("defs", {}, svg));
    made("rect", { class: "map-none", width: 26, height: 26 }, pattern);
    made("rect", { class: "map-stripe", width: 9, height: 26 }, pattern);
  }

  add(shape) {
    const place = this.data.places[shape.id];
    const link = place ? made("a", { href: place.address, tabindex: "-1" }, this.svg) : null;
    const path = made("path", { d: shape.path, class: "map-shape" }, link ?? this.svg);
    const one = { shape, place, link, path };
    this.drawn.push(one);
    path.addEventListener("pointermove", (event) => this.tell(one, event));
    link?.addEventListener("focus", () => this.tell(one));
    link?.addEventListener("blur", () => this.quiet());
  }

  walkable() {
    return this.drawn.filter((one) => one.link);
  }

  colour(measure) {
    this.measure = measure;
    for (const { place, path, link } of this.drawn) {
      const found = place?.classes[measure] ?? 0;
      path.setAttribute("class", `map-shape ${found ? `map-${found}` : "map-none"}`);
      if (found === "few") path.setAttribute("fill", "url(#map-hatch)");
      else path.removeAttribute("fill");
      link?.setAttribute("aria-label", this.lines(place).join(". "));
    }
    const { scale, legend } = this.data.measures[measure];
    this.section.querySelector("[data-map-scale]").textContent = scale;
    const keys = legend.map(([found, words]) => this.key(found, words));
    this.section.querySelector("[data-map-legend]").replaceChildren(...keys);
    for (const button of this.section.querySelectorAll("[data-map-measure]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.mapMeasure) === measure));
    }
    this.label();
  }

  // Circles by how many, names and numbers, as large on a phone as on a wall. A name stands under its circle, else above
  // or beside it; where there is no room, that of fewer cards stays away: it is in the tip and in the table.
  label() {
    const unit = 1 / (this.svg.getScreenCTM()?.a || 1);
    const wide = this.svg.clientWidth > 560;
    const size = (one) => one.place?.sizes[this.measure] ?? 0;
    const most = Math.max(1, ...this.drawn.map(size));
    const taken = [];
    this.labels.replaceChildren();
    const largest = [...this.drawn].sort((a, b) => size(b) - size(a));
    for (const one of largest) {
      const { x, y } = one.shape;
      one.radius = 0;
      if (!size(one)) continue;
      const mark = one.place.marks[this.measure];
      const least = mark.length > 2 ? 13 : 10; // so much its number takes
      const radius = one.radius = Math.max(least, Math.sqrt(size(one) / most) * (wide ? 30 : 18)) * unit;
      made("circle", { class: "map-circle", cx: x, cy: y, r: radius }, this.labels);
      this.write(mark, x, y, 11 * unit, "map-mark");
      taken.push({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
    }
    largest.forEach((one, rank) => this.name(one, unit, wide, taken, rank < ALWAYS_NAMED));
  }

  name({ shape, place, radius }, unit, wide, taken, always) {
    const mark = radius ? "" : place?.marks[this.measure];
    const words = shape.name.replace(/ (район|округ|муниципальный округ)$/, "");
    const text = this.write(mark ? `${words} ${mark}` : words, shape.x, shape.y, (wide ? 12 : 10) * unit, "map-name");
    const half = text.getComputedTextLength() / 2, tall = 6 * unit;
    const aside = radius + half + 3 * unit, away = radius && radius + tall + 2 * unit;
    const middle = this.svg.viewBox.baseVal.width / 2, reach = (this.svg.clientWidth / 2) * unit;
    const free = (box) => Math.abs(box.x - middle) + half < reach && !taken.some(
      (other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
    );
    const beside = [0, tall, -tall].flatMap((down) => [[aside, down], [-aside, down]]);
    const boxes = [[0, away], [0, -away], ...beside].map(([across, down]) => {
      const x = shape.x + across, y = shape.y + down;
      return { x, y, left: x - half, right: x + half, top: y - tall, bottom: y + tall };
    });
    const box = boxes.find(free) ?? (always ? boxes[0] : null);
    if (!box) return text.remove();
    text.setAttribute("x", box.x);
    text.setAttribute("y", box.y);
    taken.push(box);
  }

  write(words, x, y, tall, kind) {
    const text = made("text", { x, y, class: kind, "font-size": tall, "stroke-width": tall / 4 }, this.labels);
    text.textContent = words;
    return text;
  }

  key(found, words) {
    const item = document.createElement("li");
    const swatch = made("svg", { viewBox: "0 0 100 70", "aria-hidden": "true" }, item);
    const box = made("rect", { width: 100, height: 70, rx: 12, class: found ? `map-${found}` : "map-none" }, swatch);
    if (found === "few") box.setAttribute("fill", "url(#map-hatch)");
    item.append(words);
    return item;
  }

  // What is shown comes first, then the rest.
  lines(place) {
    const { lines } = place;
    return [place.name, lines[this.measure], ...lines.filter((_, index) => index !== this.measure)];
  }

  tell(one, event = null) {
    const lines = one.place ? this.lines(one.place) : [one.shape.name, this.data.words.none];
    this.tip.replaceChildren(...lines.map((line, index) => {
      const row = document.createElement(index ? "div" : "strong");
      row.textContent = line;
      return row;
    }));
    this.tip.hidden = false;
    this.ring.setAttribute("d", one.shape.path);
    const box = this.sheet.getBoundingClientRect();
    const at = event ? new DOMPoint(event.clientX, event.clientY)
      : new DOMPoint(one.shape.x, one.shape.y).matrixTransform(this.svg.getScreenCTM());
    const left = at.x - box.left + 14, top = at.y - box.top + 14;
    const under = top + this.tip.offsetHeight <= box.height ? top : top - this.tip.offsetHeight - 28;
    this.tip.style.left = `${Math.max(0, Math.min(left, box.width - this.tip.offsetWidth))}px`;
    this.tip.style.top = `${Math.max(0, under)}px`;
  }

  quiet() {
    this.tip.hidden = true;
    this.ring.removeAttribute("d");
  }

  step(event) {
    const way = STEPS[event.key];
    const here = this.drawn.find((one) => one.link === document.activeElement);
    if (!way || !here || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    let best = null, least = Infinity;
    for (const one of this.walkable()) {
      const across = one.shape.x - here.shape.x, down = one.shape.y - here.shape.y;
      const ahead = across * way[0] + down * way[1], aside = Math.abs(across * way[1]) + Math.abs(down * way[0]);
      if (ahead > 0 && ahead + 2 * aside < least) [best, least] = [one, ahead + 2 * aside];
    }
    if (!best) return;
    here.link.setAttribute("tabindex", "-1");
    best.link.setAttribute("tabindex", "0");
    best.link.focus();
  }
}

async function begin(section) {
  section.hidden = false;
  const map = new RegionMap(section, JSON.parse(document.getElementById("map-data").textContent));
  for (const button of section.querySelectorAll("[data-map-measure]")) {
    button.addEventListener("click", () => map.colour(Number(button.dataset.mapMeasure)));
  }
  try {
    const answer = await fetch(map.data.shapes, { headers: { "X-Fragment": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    map.draw(await answer.json());
  } catch {
    map.show("failed", true);
    section.classList.add("map-is-empty");
  }
}

for (const section of document.querySelectorAll("[data-map]")) begin(section);
