import { App, Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFailureDialog } from '../../app/failure-dialog';

const SHOWN_SECONDS = 8;

interface Done {
  text: string;
  undo?: () => Promise<unknown>;
}

/** Says what was done, and takes it back while it is still being read. */
export function useUndoMessage(): (done: Done) => void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showFailure = useFailureDialog();
  return ({ text, undo }) => {
    const key = crypto.randomUUID();
    const takeBack = () => {
      message.destroy(key);
      undo?.().then(
        () => void message.success(t('bulk.undone')),
        (error: unknown) => showFailure(t('bulk.undo'), error),
      );
    };
    void message.success({
      key,
      duration: SHOWN_SECONDS,
      content: (
        <Flex component="span" gap={8} align="center">
          {text}
          {undo && (
            <Button size="small" type="link" onClick={takeBack}>
              {t('bulk.undo')}
            </Button>
          )}
        </Flex>
      ),
    });
  };
}
