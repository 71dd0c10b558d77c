import { Col, Row } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Home } from '../api/types';
import { useDictionaries } from '../dictionaries/dictionaries';
import { useProvinceName } from '../regions/regions';
import { Breakdown } from './Breakdown';

/** How the customers divide. */
export function Charts({ home }: { home: Home }) {
  const { t } = useTranslation();
  const provinceName = useProvinceName();
  const { label } = useDictionaries();
  return (
    <Row gutter={[12, 12]}>
      <Col xs={24} xl={12}>
        <Breakdown title={t('home.byRegion')} counts={home.byRegion} nameOf={provinceName} />
      </Col>
      <Col xs={24} xl={12}>
        <Breakdown title={t('home.byLevel')} counts={home.byLevel} nameOf={(code) => label('level', code)} />
      </Col>
    </Row>
  );
}
