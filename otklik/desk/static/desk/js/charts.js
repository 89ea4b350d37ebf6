// Charts from the data in the page, in the page's colours: what all pages of figures share.

const plots = new Map();

export function colour(name) {
  // light-dark() is resolved only where it is used as a colour.
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

export function common(data) {
  const muted = colour("--desk-muted"), line = colour("--desk-grey-soft");
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 250,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 8, top: 16, bottom: 4, containLabel: true },
    xAxis: {
      type: "category", data: data.days, axisTick: { show: false },
      axisLine: { lineStyle: { color: line } }, axisLabel: { color: muted, hideOverlap: true },
    },
    yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: line } },
      axisLabel: { color: muted, formatter: (value) => value.toLocaleString(document.documentElement.lang) } },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, borderWidth: 0,
      backgroundColor: colour("--desk-paper"), shadowBlur: 12, shadowColor: "rgba(0,0,0,.25)",
      textStyle: { color: colour("--tblr-body-color"), fontSize: 12 },
    },
  };
}

function draw(kinds) {
  const source = document.getElementById("charts");
  if (!source || !window.echarts) return;
  const data = JSON.parse(source.textContent);
  for (const place of document.querySelectorAll("[data-chart]")) {
    plots.get(place)?.dispose();
    const plot = window.echarts.init(place);
    const option = kinds[place.dataset.chart](data);
    plot.setOption(option);
    plot.on("click", ({ seriesIndex, dataIndex }) => {
      // Each point leads to its cards; with keys the same links stand in the table below.
      const address = option.series[seriesIndex]?.opens?.[dataIndex];
      if (address) location.assign(address);
    });
    plots.set(place, plot);
  }
}

export function drawAll(kinds) {
  document.documentElement.classList.add("scripted");
  draw(kinds);
  addEventListener("resize", () => plots.forEach((plot) => plot.resize()));
  addEventListener("beforeprint", () => plots.forEach((plot) => plot.resize({ animation: { duration: 0 } })));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(kinds));
}
