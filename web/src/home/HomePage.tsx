import { useQuery } from '@tanstack/react-query';
import { Button, Card, Col, Empty, Flex, Row, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Loaded } from '../app/Loaded';
import { useDictionaries } from '../dictionaries/dictionaries';
import { useProvinceName } from '../regions/regions';
import { useMay, useMe } from '../session/me';
import { AsOf } from './AsOf';
import { Breakdown } from './Breakdown';
import { DueCard } from './DueCard';
import { Figures } from './Figures';
import { homeQuery } from './queries';
import { TeamTable } from './TeamTable';

export default function HomePage() {
  const { t } = useTranslation();
  const { user } = useMe();
  const may = useMay();
  const query = useQuery({ ...homeQuery, enabled: may('report.read') });
  const provinceName = useProvinceName();
  const { label } = useDictionaries();
  return (
    <Flex vertical gap={12}>
      <Flex align="baseline" gap={12} wrap>
        <Typography.Title level={4} className="page-title">
          {t('home.greeting', { name: user.displayName })}
        </Typography.Title>
        {query.data && <AsOf asOf={query.data.asOf} />}
      </Flex>
      {may('report.read') && <Loaded query={query}>{(home) => <Figures home={home} />}</Loaded>}
      {may('interaction.read') && (
        <Row gutter={[12, 12]}>
          <Col xs={24} lg={12}>
            <DueCard due="TODAY" />
          </Col>
          <Col xs={24} lg={12}>
            <DueCard due="OVERDUE" />
          </Col>
        </Row>
      )}
      {query.data?.customerCount === 0 && (
        <Card>
          <Empty description={t('home.empty')}>
            <Flex gap={8} justify="center">
              <Link to="/customers">
                <Button>{t('menu.customers')}</Button>
              </Link>
              {may('import.run') && (
                <Link to="/imports">
                  <Button type="primary">{t('import.start')}</Button>
                </Link>
              )}
            </Flex>
          </Empty>
        </Card>
      )}
      {query.data && query.data.customerCount > 0 && (
        <Row gutter={[12, 12]}>
          <Col xs={24} lg={12}>
            <Breakdown title={t('home.byRegion')} counts={query.data.byRegion} nameOf={provinceName} />
          </Col>
          <Col xs={24} lg={12}>
            <Flex vertical gap={12}>
              <Breakdown
                title={t('home.byLevel')}
                counts={query.data.byLevel}
                nameOf={(code) => label('level', code)}
              />
              {query.data.team.length > 1 && (
                <Card size="small" title={t('home.team')}>
                  <TeamTable team={query.data.team} />
                </Card>
              )}
            </Flex>
          </Col>
        </Row>
      )}
    </Flex>
  );
}
