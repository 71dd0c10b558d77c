import { App, Button, Drawer, Flex, Form, type FormInstance, Tooltip } from 'antd';
import { type KeyboardEvent, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import { Failure } from '../app/Failure';
import { isComposing } from '../app/shortcuts';
import { useUnsaved } from '../session/unsaved';
import { forgetErrors, placeErrors, showErrors } from './field-errors';

interface FormDrawerProps<Values> {
  title: string;
  form: FormInstance<Values>;
  initialValues: Partial<Values>;
  onSave: (values: Values) => void;
  onClose: () => void;
  saving: boolean;
  /** Why the last save failed; what is typed stays. */
  error: unknown;
  /** Shown instead of the plain failure, when there is a better answer to it. */
  failure?: ReactNode;
  children: ReactNode;
}

/** The one frame of every form: Ctrl+Enter saves, Esc closes after asking, errors stand at their fields. */
export function FormDrawer<Values extends object>(props: FormDrawerProps<Values>) {
  const { title, form, initialValues, onSave, onClose, saving, error, failure, children } = props;
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const [dirty, setDirty] = useState(false);
  // An ended session asks for the password by itself.
  const failed = Boolean(error) && problemOf(error).status !== 401;
  useUnsaved(dirty);

  useEffect(() => {
    if (error) showErrors(form, problemOf(error));
  }, [error, form]);

  const close = () => {
    if (!dirty) {
      onClose();
      return;
    }
    void modal.confirm({
      title: t('form.discard'),
      content: t('form.discardExplanation'),
      okText: t('form.discardYes'),
      okButtonProps: { danger: true },
      cancelText: t('form.discardNo'),
      focusable: { autoFocusButton: 'cancel' },
      onOk: onClose,
    });
  };

  // Before the field itself, which may have a use of its own for Enter.
  const saveOnKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    event.stopPropagation();
    form.submit();
  };
  // After the field: Esc first belongs to a list or calendar that stands open.
  const closeOnKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Escape' || isComposing(event.nativeEvent) || hasOpenPopup(event.target)) return;
    // The question that follows would take the same key as its own.
    event.stopPropagation();
    close();
  };

  return (
    <Drawer
      open
      title={title}
      size={560}
      // The first field has the focus; where nothing moves, the drawer would take it away.
      autoFocus={false}
      keyboard={false}
      onKeyDown={closeOnKey}
      onClose={close}
      mask={{ closable: !dirty }}
      footer={
        <Flex justify="end" gap={8}>
          <Button onClick={close}>{t('action.cancel')}</Button>
          <Tooltip title={t('form.saveKeys')}>
            <Button type="primary" loading={saving} onClick={() => form.submit()}>
              {t('action.save')}
            </Button>
          </Tooltip>
        </Flex>
      }
    >
      <div onKeyDownCapture={saveOnKey}>
        {failed && (
          <div className="form-failure">
            {failure ?? (
              <Failure error={error} lines={placeErrors(problemOf(error), form as FormInstance).lines} />
            )}
          </div>
        )}
        <Form<Values>
          form={form}
          layout="vertical"
          initialValues={initialValues}
          scrollToFirstError={{ focus: true }}
          onValuesChange={(changed) => {
            setDirty(true);
            forgetErrors(form, changed);
          }}
          onFinish={(values) => onSave(values)}
        >
          {children}
        </Form>
      </div>
    </Drawer>
  );
}

function hasOpenPopup(target: EventTarget): boolean {
  const input = target as HTMLElement;
  return input.getAttribute('aria-expanded') === 'true' || document.querySelector(OPEN_PICKER) !== null;
}

const OPEN_PICKER = '.ant-picker-dropdown:not(.ant-picker-dropdown-hidden)';
