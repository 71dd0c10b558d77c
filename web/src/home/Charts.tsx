import { Col, Row } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Home } from '../api/types';
import type { Comparison, Filter, FilterField } from '../customers/filter/filters';
import { useDictionaries } from '../dictionaries/dictionaries';
import { useProvinceName } from '../regions/regions';
import { Breakdown } from './Breakdown';
import { useCountedCustomers } from './counted';

/** How the customers divide: each has its part, unless the reader does not see by what. */
export function Charts({ home }: { home: Home }) {
  const { t } = useTranslation();
  const provinceName = useProvinceName();
  const { label } = useDictionaries();
  const levelName = useCallback((code: string) => label('level', code), [label]);
  const customers = useCountedCustomers();
  const linkOf = (field: FilterField, op: Comparison, code: string) => customers(partOf(field, op, code));
  return (
    <Row gutter={[12, 12]}>
      {home.byRegion.length > 0 && (
        <Col xs={24} xl={12}>
          <Breakdown
            title={t('home.byRegion')}
            chart="bars"
            counts={home.byRegion}
            nameOf={provinceName}
            linkOf={(code) => linkOf('regionCode', 'eq', code)}
          />
        </Col>
      )}
      {home.byLevel.length > 0 && (
        <Col xs={24} xl={12}>
          <Breakdown
            title={t('home.byLevel')}
            chart="ring"
            counts={home.byLevel}
            nameOf={levelName}
            linkOf={(code) => linkOf('level', 'in', code)}
          />
        </Col>
      )}
    </Row>
  );
}

/** A part without a value counts those who have none. */
function partOf(field: FilterField, op: Comparison, code: string): Filter {
  return code === '' ? { field, op: 'empty', values: [] } : { field, op, values: [code] };
}
