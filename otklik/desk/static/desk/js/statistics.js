// The two charts of the figures, and the small comforts around.

import { colour, common, drawAll } from "./charts.js";
import "./load.js";

function parts(data) {
  const base = common(data);
  const colours = {
    quick: "--st-quick", within_day: "--st-daily", later: "--st-later",
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
      name: part.name, type: "bar", stack: "all", data: part.values, opens: part.opens, barMaxWidth: 28,
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
      type: "line", data: data.medians, opens: data.opens, connectNulls: false, smooth: .2,
      symbol: "circle", showAllSymbol: true, symbolSize: (_, point) => 3 + 6 * Math.sqrt(data.answers[point.dataIndex] / most),
      lineStyle: { color: colour("--st-line"), width: 2 }, itemStyle: { color: colour("--st-line") },
      areaStyle: { color: colour("--st-line"), opacity: .08 },
    }],
  };
}

drawAll({ parts, median });

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
