import { theme } from 'antd';
import { BarChart as Bars } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { useMemo } from 'react';
import { useChart } from './chart';

register([Bars, GridComponent, TooltipComponent]);

const BAR_PX = 26;

interface BarChartProps {
  bars: { name: string; count: number }[];
  label: string;
}

/** The largest first: for parts that are many, or that people are compared by. */
export default function BarChart({ bars, label }: BarChartProps) {
  const { token } = theme.useToken();
  const option = useMemo(() => {
    const text = { color: token.colorTextSecondary, fontFamily: token.fontFamily };
    return {
      color: [token.colorPrimary],
      grid: {
        left: 4,
        right: 44,
        top: 4,
        bottom: 4,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      tooltip: { trigger: 'item' },
      xAxis: { type: 'value', show: false },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map(({ name }) => name),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...text, width: 96, overflow: 'truncate' },
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 14,
          data: bars.map(({ count }) => count),
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
