import { CloseOutlined, DownOutlined, ExpandAltOutlined, UpOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CustomerRow } from '../../api/types';
import { Boundary } from '../../app/Boundary';
import { Loaded } from '../../app/Loaded';
import { useShortcut } from '../../app/shortcuts';
import { customerQuery } from '../queries';
import { CustomerRecord } from './CustomerRecord';

interface RecordPanelProps {
  id: string;
  /** The list beside which it stands, for the next and the one before. */
  rows: CustomerRow[];
  onOpen: (id: string | undefined) => void;
}

/** A record beside the list it was found in: the list stays in use. */
export default function RecordPanel({ id, rows, onOpen }: RecordPanelProps) {
  const { t } = useTranslation();
  const query = useQuery(customerQuery(id));
  const place = rows.findIndex(({ customer }) => customer.id === id);
  const close = () => onOpen(undefined);
  useShortcut('Escape', close);
  const step = (by: number, label: string, icon: React.ReactNode) => {
    const other = place < 0 ? undefined : rows[place + by];
    return (
      <Button
        size="small"
        type="text"
        icon={icon}
        aria-label={label}
        title={label}
        disabled={!other}
        onClick={() => onOpen(other?.customer.id)}
      />
    );
  };
  const name = query.data?.name ?? '';
  return (
    <aside className="record-panel" aria-label={t('record.panel', { name })}>
      <Flex gap={4} align="center" className="record-panel-bar">
        <Button
          size="small"
          type="text"
          icon={<CloseOutlined />}
          aria-label={t('record.close')}
          title="Esc"
          onClick={close}
        />
        {step(-1, t('record.previous'), <UpOutlined />)}
        {step(1, t('record.next'), <DownOutlined />)}
        <Link to={`/customers/${id}`} className="push-end">
          <Button size="small" type="text" icon={<ExpandAltOutlined />}>
            {t('record.open')}
          </Button>
        </Link>
      </Flex>
      <div className="record-panel-body">
        <Boundary>
          <Loaded query={query}>
            {(customer) => <CustomerRecord customer={customer} onDeleted={close} />}
          </Loaded>
        </Boundary>
      </div>
    </aside>
  );
}
