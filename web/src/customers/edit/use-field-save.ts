import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import type { Customer, CustomerInput } from '../../api/types';
import { useFailureDialog } from '../../app/failure-dialog';
import { clean, same } from '../../form/wire';
import { customerQuery } from '../queries';
import { useSaveCustomer } from '../writes';
import { editedValue, type EditableField, fieldValue } from './fields';

/** Saves one field of a customer on top of the version that was looked at. */
export function useFieldSave(customer: Customer, field: EditableField, onDone: () => void) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const showFailure = useFailureDialog();
  // Live changes elsewhere do not change what was looked at when the editing began.
  const [base] = useState(customer);
  const [value, setValue] = useState(() => editedValue(customer, field));
  // A list that closes upon a choice leaves before the choice is drawn.
  const latest = useRef(value);
  const save = useSaveCustomer();

  const submit = (allowDuplicate = false, beneath = base) => {
    const next = latest.current;
    if (same(next, editedValue(beneath, field))) {
      onDone();
      return;
    }
    const body = { [field]: clean(fieldValue(beneath, field, next)) } as unknown as CustomerInput;
    save.mutate(
      { id: base.id, etag: beneath.etag, body, mask: [field], allowDuplicate },
      {
        onSuccess: onDone,
        onError: (error) => {
          const { status, fields = [] } = problemOf(error);
          // Somebody changed other fields of it: that is no conflict.
          if (status === 412 && fields.length === 0) void again();
        },
      },
    );
  };
  const again = async () => {
    try {
      submit(false, await queryClient.query({ ...customerQuery(base.id), staleTime: 0 }));
    } catch (error) {
      showFailure(t('conflict.title'), error);
    }
  };
  return {
    value,
    error: save.error,
    problem: save.error ? problemOf(save.error) : undefined,
    saving: save.isPending,
    submit,
    change: (next: unknown) => {
      latest.current = next;
      setValue(next);
      if (save.error) save.reset();
    },
    forget: () => save.reset(),
    /** After a conflict: what is given up stays as the other wrote it. */
    goOn: (givenUp: string[]) => {
      if (!givenUp.includes(field)) return void again();
      void queryClient.invalidateQueries({ queryKey: customerQuery(base.id).queryKey });
      onDone();
    },
  };
}
