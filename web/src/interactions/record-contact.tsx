import { useQuery } from '@tanstack/react-query';
import { createContext, lazy, type ReactNode, Suspense, use, useCallback, useState } from 'react';
import { useFailureDialog } from '../app/failure-dialog';
import { customerQuery } from '../customers/queries';
import { useTranslation } from 'react-i18next';
import { useEffect } from 'react';

const InteractionForm = lazy(() => import('./InteractionForm'));

/** Whom the contact was with; without one the form asks. */
export interface ContactTarget {
  customerId?: string;
}

type RecordContact = (target?: ContactTarget) => void;
const Context = createContext<RecordContact | undefined>(undefined);

/** Opens the entry of a contact record on top of whatever page stands there: from a table, a record, the palette. */
export function useRecordContact(): RecordContact {
  const open = use(Context);
  if (!open) throw new Error('outside RecordContactProvider');
  return open;
}

export function RecordContactProvider({ children }: { children: ReactNode }) {
  const [target, setTarget] = useState<ContactTarget>();
  const open = useCallback<RecordContact>((chosen = {}) => setTarget(chosen), []);
  const close = useCallback(() => setTarget(undefined), []);
  return (
    <Context value={open}>
      {children}
      <Suspense fallback={null}>
        {target && !target.customerId && <InteractionForm onClose={close} />}
        {target?.customerId && <FormOfCustomer id={target.customerId} onClose={close} />}
      </Suspense>
    </Context>
  );
}

/** The form needs the customer's contacts, which the caller's list may not have. */
function FormOfCustomer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const showFailure = useFailureDialog();
  const { data: customer, error } = useQuery(customerQuery(id));
  useEffect(() => {
    if (!error) return;
    showFailure(t('interaction.record'), error);
    onClose();
    // Said once for each failure, whatever else is drawn anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [error]);
  return customer && <InteractionForm customer={customer} onClose={onClose} />;
}
