import { theme } from 'antd';
import { BarChart as Bars } from 'echarts/charts';
import { use as register } from 'echarts/core';
import { useMemo } from 'react';
import { axesOf, type Count } from './axes';
import { useChart } from './chart';

register([Bars]);

const BAR_PX = 26;

interface BarChartProps {
  bars: Count[];
  label: string;
}

/** The largest first: for parts that are many, or that people are compared by. */
export default function BarChart({ bars, label }: BarChartProps) {
  const { token } = theme.useToken();
  const option = useMemo(() => {
    const { text, color, grid, names, counts } = axesOf(bars, token);
    return {
      color,
      grid: { ...grid, right: 44, top: 4 },
      tooltip: { trigger: 'item' },
      xAxis: { type: 'value', show: false },
      yAxis: {
        ...names,
        inverse: true,
        axisLine: { show: false },
        axisLabel: { ...text, width: 96, overflow: 'truncate' },
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 14,
          data: counts,
          label: { show: true, position: 'right', ...text },
        },
      ],
    };
  }, [bars, token]);
  const frame = useChart(option);
  return (
    <div
      ref={frame}
      role="img"
      aria-label={label}
      style={{ height: Math.max(bars.length, 2) * BAR_PX + 8 }}
    />
  );
}
