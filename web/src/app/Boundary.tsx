import { Button, Flex } from 'antd';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from './Failure';

interface BoundaryProps {
  children: ReactNode;
}

interface BoundaryState {
  error: unknown;
}

/** A page that failed to draw, or whose script did not arrive, leaves the rest standing. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <Broken error={this.state.error} />;
  }
}

function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={12} align="start" className="page">
      <Failure error={error} />
      <Button onClick={() => window.location.reload()}>{t('action.reload')}</Button>
    </Flex>
  );
}
