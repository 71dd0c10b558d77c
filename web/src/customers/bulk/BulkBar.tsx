import { CloseOutlined, SwapOutlined, TagOutlined } from '@ant-design/icons';
import { Button, Flex, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommand } from '../../app/commands';
import { formatCount } from '../../app/format';
import { useShortcut } from '../../app/shortcuts';
import { useMay } from '../../session/me';
import { type Total, totalText } from '../LoadMore';
import { useFieldAccess } from '../field-access';
import type { Selection } from '../list/use-selection';
import { type CustomerView, questionOf } from '../queries';
import type { Target } from './writes';

const TagDialog = lazy(() => import('./TagDialog'));
const AssignDialog = lazy(() => import('./AssignDialog'));

interface BulkBarProps {
  selection: Selection;
  view: CustomerView;
  total: Total | undefined;
}

/** What can be done with the rows that are selected. */
export default function BulkBar({ selection, view, total }: BulkBarProps) {
  const { t } = useTranslation();
  const may = useMay();
  const { writes } = useFieldAccess();
  const [work, setWork] = useState<'tag' | 'untag' | 'assign'>();
  const { count, everything, customers } = selection;
  const target: Target = everything ? questionOf(view) : { customerIds: customers.map(({ id }) => id) };
  const whom =
    everything && total
      ? t('bulk.allCustomers', { total: totalText(total) })
      : t('bulk.customers', { formatted: formatCount(count) });
  const tags = may('tag.apply') && writes('tags');
  const assigns = may('customer.assign') && writes('ownerId');
  useCommand({
    key: 'bulk.tag',
    label: t('bulk.tagTitle', { customers: whom }),
    run: () => setWork('tag'),
    enabled: tags,
  });
  useCommand({
    key: 'bulk.untag',
    label: t('bulk.untagTitle', { customers: whom }),
    run: () => setWork('untag'),
    enabled: tags,
  });
  useCommand({
    key: 'bulk.assign',
    label: t('bulk.assignTitle', { customers: whom }),
    run: () => setWork('assign'),
    enabled: assigns,
  });
  useShortcut('Escape', selection.clear);
  const close = (done: boolean) => {
    setWork(undefined);
    if (done) selection.clear();
  };
  const more = total && (total.capped || total.size > count) && selection.all;
  return (
    <Flex
      gap={8}
      align="center"
      className="bulk-bar"
      role="toolbar"
      aria-label={t('selection.count', { formatted: formatCount(count) })}
    >
      <Typography.Text strong role="status">
        {everything && total
          ? t('selection.everything', { total: totalText(total) })
          : t('selection.count', { formatted: formatCount(count) })}
      </Typography.Text>
      {more && !everything && (
        <Button size="small" type="link" onClick={selection.selectEverything}>
          {t('selection.matching', { total: totalText(total) })}
        </Button>
      )}
      {tags && (
        <Button size="small" icon={<TagOutlined />} onClick={() => setWork('tag')}>
          {t('bulk.tag')}
        </Button>
      )}
      {tags && (
        <Button size="small" onClick={() => setWork('untag')}>
          {t('bulk.untag')}
        </Button>
      )}
      {assigns && (
        <Button size="small" icon={<SwapOutlined />} onClick={() => setWork('assign')}>
          {t('bulk.assign')}
        </Button>
      )}
      <Button
        size="small"
        type="text"
        icon={<CloseOutlined />}
        className="push-end"
        onClick={selection.clear}
      >
        {t('selection.clear')}
      </Button>
      <Suspense fallback={null}>
        {(work === 'tag' || work === 'untag') && (
          <TagDialog target={target} whom={whom} remove={work === 'untag'} onClose={close} />
        )}
        {work === 'assign' && (
          <AssignDialog target={target} whom={whom} customers={customers} onClose={close} />
        )}
      </Suspense>
    </Flex>
  );
}
