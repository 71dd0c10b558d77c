import { theme } from 'antd';
import { PieChart } from 'echarts/charts';
import { TitleComponent, TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { useMemo } from 'react';
import { formatCount } from '../app/format';
import { useChart } from './chart';

register([PieChart, TitleComponent, TooltipComponent]);

interface RingChartProps {
  parts: { name: string; count: number; color: string }[];
  /** What stands below the sum in the middle. */
  unit: string;
  label: string;
}

/** Few parts of one whole; the table beside it says which colour is which. */
export default function RingChart({ parts, unit, label }: RingChartProps) {
  const { token } = theme.useToken();
  const option = useMemo(
    () => ({
      color: parts.map(({ color }) => color),
      title: {
        text: formatCount(parts.reduce((sum, { count }) => sum + count, 0)),
        subtext: unit,
        left: 'center',
        top: 'middle',
        itemGap: 2,
        textStyle: { color: token.colorText, fontFamily: token.fontFamily, fontSize: 22, fontWeight: 600 },
        subtextStyle: { color: token.colorTextSecondary, fontFamily: token.fontFamily, fontSize: 12 },
      },
      tooltip: { trigger: 'item', formatter: '{b}: {c} ({d}%)' },
      series: [
        {
          type: 'pie',
          radius: ['62%', '92%'],
          label: { show: false },
          itemStyle: { borderColor: token.colorBgContainer, borderWidth: 2 },
          data: parts.map(({ name, count }) => ({ name, value: count })),
        },
      ],
    }),
    [parts, unit, token],
  );
  const frame = useChart(option);
  return <div ref={frame} role="img" aria-label={label} className="ring-chart" />;
}
