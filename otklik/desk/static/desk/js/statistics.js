// Draws the two charts of the figures from the data in the page, in the page's colours; and the small comforts around.

const plots = new Map();

function colour(name) {
  // light-dark() is resolved only where it is used as a colour.
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function common(data) {
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

function parts(data) {
  const base = common(data);
  const colours = {
    within_4h: "--st-quick", within_day: "--st-daily", later: "--st-later",
    waiting: "--st-waiting", closed: "--st-closed", noise: "--st-noise",
  };
  const used = data.parts.filter((part) => part.values.some(Boolean));
  return {
    ...base,
    grid: { ...base.grid, bottom: innerWidth < 560 ? 58 : 36 },
    legend: {
      bottom: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 12,
      textStyle: { color: colour("--desk-muted") },
    },
    tooltip: {
      ...base.tooltip, axisPointer: { type: "shadow" },
      formatter: (points) => [
        `${data.titles[points[0].dataIndex]}: ${points.reduce((sum, one) => sum + one.value, 0)} ${data.words.cards}`,
        ...points.filter((one) => one.value).map((one) => `${one.seriesName}: ${one.value}`),
      ].join("\n"),
    },
    series: used.map((part) => ({
      name: part.name, type: "bar", stack: "all", data: part.values, barMaxWidth: 28,
      itemStyle: { color: colour(colours[part.key]) }, emphasis: { focus: "series" },
    })),
  };
}

function median(data) {
  const base = common(data);
  const most = Math.max(...data.answers, 1);
  return {
    ...base,
    yAxis: { ...base.yAxis, axisLabel: { ...base.yAxis.axisLabel, formatter: `{value} ${data.words.hours}` } },
    tooltip: {
      ...base.tooltip,
      formatter: ([point]) => [
        data.titles[point.dataIndex],
        `${data.words.median}: ${point.value ?? "—"} ${data.words.hours}`,
        `${data.words.answers}: ${data.answers[point.dataIndex]}`,
      ].join("\n"),
    },
    series: [{
      type: "line", data: data.medians, connectNulls: false, smooth: .2,
      symbol: "circle", showAllSymbol: true, symbolSize: (_, point) => 3 + 6 * Math.sqrt(data.answers[point.dataIndex] / most),
      lineStyle: { color: colour("--st-line"), width: 2 }, itemStyle: { color: colour("--st-line") },
      areaStyle: { color: colour("--st-line"), opacity: .08 },
    }],
  };
}

function draw() {
  const source = document.getElementById("charts");
  if (!source || !window.echarts) return;
  const data = JSON.parse(source.textContent);
  for (const place of document.querySelectorAll("[data-chart]")) {
    plots.get(place)?.dispose();
    const plot = window.echarts.init(place);
    plot.setOption((place.dataset.chart === "parts" ? parts : median)(data));
    plots.set(place, plot);
  }
}

document.documentElement.classList.add("scripted");
draw();
addEventListener("resize", () => plots.forEach((plot) => plot.resize()));
addEventListener("beforeprint", () => plots.forEach((plot) => plot.resize({ animation: { duration: 0 } })));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

for (const form of document.querySelectorAll("[data-submit-on-change]")) {
  form.addEventListener("change", () => {
    for (const field of form.elements) if (!field.value) field.disabled = true;
    form.submit();
  });
}
for (const more of document.querySelectorAll("[data-more]")) {
  more.addEventListener("click", () => {
    more.parentElement.querySelector(".st-rest").hidden = false;
    more.remove();
  });
}
