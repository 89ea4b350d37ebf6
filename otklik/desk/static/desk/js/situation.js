// How many came on each day, beside what is usual on such a day of the week.

import { colour, common, drawAll } from "./charts.js";

function trend(data) {
  const base = common(data);
  const span = data.high.map((high, at) => (high === null ? null : high - data.low[at]));
  const none = { symbol: "none", lineStyle: { opacity: 0 }, silent: true, stack: "usual", connectNulls: false };
  const usual = (at) => (data.low[at] === null ? "—" : `${data.low[at]}–${data.high[at]}`);
  return {
    ...base,
    tooltip: {
      ...base.tooltip,
      formatter: ([point]) => [
        data.days[point.dataIndex],
        `${data.words.came}: ${data.counts[point.dataIndex]}`,
        `${data.words.usual}: ${usual(point.dataIndex)}`,
      ].join("\n"),
    },
    series: [
      { ...none, type: "line", data: data.low },
      { ...none, type: "line", data: span, areaStyle: { color: colour("--st-line"), opacity: .14 } },
      {
        type: "line", data: data.counts, opens: data.opens, symbol: "circle", symbolSize: 7, showAllSymbol: true,
        lineStyle: { color: colour("--st-line"), width: 2 }, itemStyle: { color: colour("--st-line") },
      },
    ],
  };
}

drawAll({ trend });
