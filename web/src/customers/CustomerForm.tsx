import { useQueryClient } from '@tanstack/react-query';
import { Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import type { Customer } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { FormDrawer } from '../form/FormDrawer';
import { changedFields, rebase } from '../form/wire';
import { ConflictDialog } from './ConflictDialog';
import {
  bodyOf,
  type CustomerValues,
  EDITABLE,
  NEW_CUSTOMER,
  valuesOf,
  withoutBlankPhones,
} from './customer-values';
import { CustomerFields } from './CustomerFields';
import { DuplicateNotice } from './DuplicateNotice';
import { customerQuery } from './queries';
import { type CustomerSave, useSaveCustomer } from './writes';

interface CustomerFormProps {
  /** Absent for a new customer. */
  customer?: Customer;
  onClose: () => void;
  onSaved: (customer: Customer) => void;
}

export default function CustomerForm({ customer, onClose, onSaved }: CustomerFormProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<CustomerValues>();
  // The version that was opened, or the newer one laid beneath since; live changes elsewhere leave it alone.
  const [base, setBase] = useState(customer);
  const save = useSaveCustomer();
  const showFailure = useFailureDialog();
  const problem = save.error && problemOf(save.error);

  const submit = (values: CustomerValues, beneath = base, allowDuplicate = false) => {
    const filled = withoutBlankPhones(values);
    form.setFieldValue('phones', filled.phones);
    const mask = beneath
      ? changedFields(filled, valuesOf(beneath), EDITABLE)
      : changedFields(filled, {} as CustomerValues, EDITABLE);
    if (beneath && mask.length === 0) {
      onSaved(beneath);
      return;
    }
    const sent: CustomerSave = {
      id: beneath?.id,
      etag: beneath?.etag,
      body: bodyOf(filled, mask),
      mask,
      allowDuplicate,
    };
    save.mutate(sent, {
      onSuccess: onSaved,
      onError: (error) => {
        const { status, fields = [] } = problemOf(error);
        if (status === 412 && fields.length === 0) goOn([]);
      },
    });
  };

  /** Saves again on top of the newest version, giving up the named fields. */
  const readAgain = async (givenUp: string[]) => {
    if (!base) return;
    const newest = await queryClient.query({ ...customerQuery(base.id), staleTime: 0 });
    const values = rebase(
      form.getFieldsValue(true) as CustomerValues,
      valuesOf(base),
      valuesOf(newest),
      givenUp,
    );
    form.setFieldsValue(values);
    setBase(newest);
    submit(values, newest);
  };
  const goOn = (givenUp: string[]) =>
    void readAgain(givenUp).catch((error: unknown) => showFailure(t('conflict.title'), error));

  const duplicate = problem?.code === 'DUPLICATE' && (
    <DuplicateNotice
      error={save.error}
      onGoOn={() => submit(form.getFieldsValue(true) as CustomerValues, base, true)}
    />
  );
  return (
    <>
      <FormDrawer
        title={customer ? t('customer.editTitle', { name: customer.name }) : t('customer.create')}
        form={form}
        initialValues={customer ? valuesOf(customer) : NEW_CUSTOMER}
        onSave={(values) => submit(values)}
        onClose={onClose}
        saving={save.isPending}
        error={save.error}
        failure={duplicate || undefined}
      >
        <CustomerFields form={form} />
      </FormDrawer>
      {problem?.status === 412 && (problem.fields ?? []).length > 0 && (
        <ConflictDialog problem={problem} onCancel={() => save.reset()} onChosen={goOn} />
      )}
    </>
  );
}
