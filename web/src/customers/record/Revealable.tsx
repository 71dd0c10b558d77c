import { EyeOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFailureDialog } from '../../app/failure-dialog';
import { useMay } from '../../session/me';
import { useReveal } from '../writes';

interface RevealableProps {
  customer: { id: string; ownerId?: string };
  /** As the call names it: "phones[0]". */
  field: string;
  text: string;
  children: (text: string) => ReactNode;
}

/** A value that may be masked, with an eye for who may see it in clear. Each look is logged, so it is asked for one by one. */
export function Revealable({ customer, field, text, children }: RevealableProps) {
  const { t } = useTranslation();
  const may = useMay();
  const showFailure = useFailureDialog();
  const reveal = useReveal();
  const title = t('customer.reveal');
  const masked = text.includes('*') && reveal.data === undefined;
  return (
    <>
      {children(reveal.data?.value ?? text)}
      {masked && may('field.reveal', customer.ownerId) && (
        <Button
          size="small"
          type="text"
          icon={<EyeOutlined />}
          aria-label={title}
          title={title}
          loading={reveal.isPending}
          onClick={() =>
            reveal.mutate({ id: customer.id, field }, { onError: (error) => showFailure(title, error) })
          }
        />
      )}
    </>
  );
}
