import { theme } from 'antd';
import { BarChart as Bars } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

register([Bars, GridComponent, TooltipComponent, SVGRenderer]);

const BAR_PX = 26;

interface BarChartProps {
  bars: { name: string; count: number }[];
  label: string;
}

export default function BarChart({ bars, label }: BarChartProps) {
  const { token } = theme.useToken();
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const drawn = init(element);
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(element);
    chart.current = drawn;
    return () => {
      observer.disconnect();
      drawn.dispose();
    };
  }, []);

  useEffect(() => {
    const text = { color: token.colorTextSecondary, fontFamily: token.fontFamily };
    chart.current?.setOption({
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
    });
    chart.current?.resize();
  }, [bars, token]);

  return (
    <div
      ref={frame}
      role="img"
      aria-label={label}
      style={{ height: Math.max(bars.length, 2) * BAR_PX + 8 }}
    />
  );
}
