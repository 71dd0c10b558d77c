import { theme } from 'antd';
import { LineChart as Lines } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { useMemo } from 'react';
import { useChart } from './chart';

register([Lines, GridComponent, TooltipComponent]);

interface LineChartProps {
  points: { name: string; count: number }[];
  label: string;
}

/** In the order of time. */
export default function LineChart({ points, label }: LineChartProps) {
  const { token } = theme.useToken();
  const option = useMemo(() => {
    const text = { color: token.colorTextSecondary, fontFamily: token.fontFamily };
    return {
      color: [token.colorPrimary],
      grid: {
        left: 4,
        right: 12,
        top: 12,
        bottom: 4,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      tooltip: { trigger: 'axis' },
      xAxis: {
        type: 'category',
        boundaryGap: false,
        data: points.map(({ name }) => name),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: token.colorBorder } },
        axisLabel: text,
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
          data: points.map(({ count }) => count),
        },
      ],
    };
  }, [points, token]);
  const frame = useChart(option);
  return <div ref={frame} role="img" aria-label={label} className="line-chart" />;
}
