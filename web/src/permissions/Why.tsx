import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

const Refusal = lazy(() => import('./Refusal'));

interface WhyProps {
  operation: string;
  /** The path of the call that was refused. */
  path?: string;
}

/** Beside a refusal: everybody may ask about themselves. */
export function Why({ operation, path }: WhyProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <Button size="small" onClick={() => setAsked(true)}>
        {t('failure.why')}
      </Button>
    );
  return (
    <Suspense fallback={null}>
      <Refusal operation={operation} path={path} />
    </Suspense>
  );
}
