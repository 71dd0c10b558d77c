import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { Button, Checkbox, Flex, Popover } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { moved, type useColumnLayout } from './column-layout';

interface ColumnChooserProps {
  /** All of them, in their order. */
  columns: { key: string; title: string; pinned?: boolean }[];
  arrangement: ReturnType<typeof useColumnLayout>;
  onClose: () => void;
  children: ReactNode;
}

/** Which columns are shown, and in which order; what dragging their heads does, by keyboard too. */
export default function ColumnChooser({ columns, arrangement, onClose, children }: ColumnChooserProps) {
  const { t } = useTranslation();
  const { layout, show, reorder, reset } = arrangement;
  const keys = columns.map(({ key }) => key);
  const step = (key: string, by: number) => {
    const other = keys[keys.indexOf(key) + by];
    if (other) reorder(moved(keys, key, other));
  };
  const list = (
    <Flex vertical gap={8} className="column-chooser">
      <ul className="plain-list">
        {columns.map(({ key, title, pinned }, position) => (
          <li key={key}>
            <Checkbox
              checked={!layout.hidden.includes(key)}
              disabled={pinned}
              onChange={({ target }) => show(key, target.checked)}
            >
              {title}
            </Checkbox>
            <span>
              <Button
                size="small"
                type="text"
                icon={<ArrowUpOutlined />}
                aria-label={t('column.up', { name: title })}
                disabled={pinned === true || position <= 1}
                onClick={() => step(key, -1)}
              />
              <Button
                size="small"
                type="text"
                icon={<ArrowDownOutlined />}
                aria-label={t('column.down', { name: title })}
                disabled={pinned === true || position === columns.length - 1}
                onClick={() => step(key, 1)}
              />
            </span>
          </li>
        ))}
      </ul>
      <Button size="small" onClick={reset}>
        {t('column.reset')}
      </Button>
    </Flex>
  );
  return (
    <Popover
      open
      trigger="click"
      placement="topRight"
      title={t('column.choose')}
      content={list}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      {children}
    </Popover>
  );
}
