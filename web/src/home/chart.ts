import { type ECharts, init, use as register } from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type RefObject, useEffect, useRef } from 'react';
import { useCalm } from '../app/motion';

register([SVGRenderer]);

/** Draws what the options say in the element, and again whenever they or its size change. */
export function useChart(option: EChartsCoreOption): RefObject<HTMLDivElement | null> {
  const calm = useCalm();
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
    chart.current?.setOption({ animation: !calm, ...option });
    chart.current?.resize();
  }, [option, calm]);

  return frame;
}
