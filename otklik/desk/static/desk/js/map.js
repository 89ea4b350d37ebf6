// Draws the municipalities from the shapes of the server, coloured by the values that stand in the page.
// Plain SVG: its links are links, for a mouse, for a keyboard and for whoever listens to a page.

const SVG = "http://www.w3.org/2000/svg";
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
    this.walkable()[0]?.link.setAttribute("tabindex", "0");
    this.svg.addEventListener("keydown", (event) => this.step(event));
    this.svg.addEventListener("pointerleave", () => this.quiet());
    this.colour(0);
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
    const items = this.data.measures[measure].map(([found, words]) => this.key(found, words));
    this.section.querySelector("[data-map-legend]").replaceChildren(...items);
    for (const button of this.section.querySelectorAll("[data-map-measure]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.mapMeasure) === measure));
    }
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
    const told = place.told;
    return [place.name, told[this.measure], ...told.filter((_, index) => index !== this.measure)];
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
