import { Col, Row } from 'antd';
import type { Due } from '../interactions/queries';
import { DueCard } from './DueCard';

const SHOWN = 6;

/** What is to be done next, side by side. */
export function DueCards({ dues }: { dues: readonly Due[] }) {
  return (
    <Row gutter={[12, 12]}>
      {dues.map((due) => (
        <Col key={due} xs={24} xl={12}>
          <DueCard due={due} shown={SHOWN} />
        </Col>
      ))}
    </Row>
  );
}
