import { theme } from 'antd';
import { LineChart as Lines } from 'echarts/charts';
import { use as register } from 'echarts/core';
import { useMemo } from 'react';
import { axesOf, type Count } from './axes';
import { useChart } from './chart';

register([Lines]);

interface LineChartProps {
  points: Count[];
  label: string;
}

/** In the order of time. */
export default function LineChart({ points, label }: LineChartProps) {
  const { token } = theme.useToken();
  const option = useMemo(() => {
    const { text, color, grid, names, counts } = axesOf(points, token);
    return {
      color,
      grid: { ...grid, right: 12, top: 12 },
      tooltip: { trigger: 'axis' },
      xAxis: {
        ...names,
        boundaryGap: false,
        axisLine: { lineStyle: { color: token.colorBorder } },
      },
      yAxis: {
        type: 'value',
        // Nobody is half recorded.
        minInterval: 1,
        axisLabel: text,
        splitLine: { lineStyle: { color: token.colorBorderSecondary } },
      },
      series: [
        {
          type: 'line',
          symbolSize: 6,
          areaStyle: { opacity: 0.12 },
          data: counts,
        },
      ],
    };
  }, [points, token]);
  const frame = useChart(option);
  return <div ref={frame} role="img" aria-label={label} className="line-chart" />;
}
