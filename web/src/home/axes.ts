import type { GlobalToken } from 'antd';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';

register([GridComponent, TooltipComponent]);

export interface Count {
  name: string;
  count: number;
}

/** What charts of counts beside their names have in common; where the room is and which axis is which they say themselves. */
export function axesOf(counts: Count[], token: GlobalToken) {
  const text = { color: token.colorTextSecondary, fontFamily: token.fontFamily };
  return {
    text,
    color: [token.colorPrimary],
    grid: { left: 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    names: {
      type: 'category',
      data: counts.map(({ name }) => name),
      axisTick: { show: false },
      axisLabel: text,
    },
    counts: counts.map(({ count }) => count),
  };
}
