import { SettingOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { arranged, inOrder, moved, useColumnLayout } from '../../app/column-layout';
import { VirtualTable } from '../../app/VirtualTable';
import { useMe } from '../../session/me';
import { HIDDEN_AT_FIRST, useCustomerColumns } from './columns';
import type { CustomerListProps } from './CustomersPage';
import { LoadMore } from '../LoadMore';
import { useTableKeys } from './use-table-keys';

const ColumnChooser = lazy(() => import('../../app/ColumnChooser'));

export function CustomerTable({ rows, more, sort, onSort, openId, onOpen, selection }: CustomerListProps) {
  const { t } = useTranslation();
  const me = useMe();
  const arrangement = useColumnLayout(`cims.customerColumns.${me.user.id}`, HIDDEN_AT_FIRST);
  const all = useCustomerColumns(onOpen);
  const { layout } = arrangement;
  // The rows are drawn anew when these change, and then alone.
  const columns = useMemo(() => arranged(all, layout), [all, layout]);
  const [choosing, setChoosing] = useState(false);
  const onSelect = selection && ((id: string) => selection.toggle(id, !selection.has(id), false));
  const keys = useTableKeys({ rows, columns, openId, onOpen, onSelect });
  const ordered = inOrder(all, layout);
  const names = ordered.map(({ key }) => key);
  const button = (
    <Button size="small" type="text" icon={<SettingOutlined />} onClick={() => setChoosing(!choosing)}>
      {t('column.choose')}
    </Button>
  );
  return (
    <div className="list-frame">
      <VirtualTable
        label={t('menu.customers')}
        columns={columns}
        rows={rows}
        rowKey={({ customer }) => customer.id}
        onNearEnd={() => {
          if (more.has && !more.loading) more.load();
        }}
        sort={sort}
        onSort={onSort}
        onResize={arrangement.resize}
        onMove={(key, to) => arrangement.reorder(moved(names, key, to))}
        selection={selection}
        active={keys.active}
        onActive={keys.stand}
        editing={keys.editing}
        onEdit={keys.onEdit}
        onKeyDown={keys.onKeyDown}
        openKey={openId}
      />
      <LoadMore count={rows.length} more={more}>
        {choosing ? (
          <Suspense fallback={button}>
            <ColumnChooser columns={ordered} arrangement={arrangement} onClose={() => setChoosing(false)}>
              {button}
            </ColumnChooser>
          </Suspense>
        ) : (
          button
        )}
      </LoadMore>
    </div>
  );
}
