import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';

interface MeasureChoiceProps<M extends string> {
  /** What can be shown, in the order in which it is offered. */
  measures: readonly M[];
  titles: Record<M, string>;
  chosen: M;
  onChoose: (measure: M) => void;
}

/** Which of its measures a chart shows. */
export function MeasureChoice<M extends string>({
  measures,
  titles,
  chosen,
  onChoose,
}: MeasureChoiceProps<M>) {
  const { t } = useTranslation();
  return (
    <Segmented
      size="small"
      aria-label={t('home.measure')}
      value={chosen}
      onChange={onChoose}
      options={measures.map((value) => ({ value, label: titles[value] }))}
    />
  );
}
