import { App } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api/client';
import { useFailureDialog } from '../app/failure-dialog';

type File = { kind: 'template' } | { kind: 'errors'; importId: string };

/**
 * Saves a file of the server. A plain link would neither renew the session nor ask in the reader's language, in which
 * the reasons are written.
 */
export function useDownload(): {
  download: (file: File, name: string, title: string) => void;
  busy: boolean;
} {
  const { message } = App.useApp();
  const showFailure = useFailureDialog();
  const [busy, setBusy] = useState(false);
  const download = async (file: File, name: string, title: string) => {
    setBusy(true);
    try {
      save(await read(file), name);
      void message.success(title);
    } catch (error) {
      showFailure(title, error);
    } finally {
      setBusy(false);
    }
  };
  return { download: (...file) => void download(...file), busy };
}

async function read(file: File): Promise<Blob> {
  const content =
    file.kind === 'template'
      ? await answer(api.GET('/v1/imports:template', { parseAs: 'blob' }))
      : await answer(
          api.GET('/v1/imports/{importId}/errors', {
            params: { path: { importId: file.importId } },
            parseAs: 'blob',
          }),
        );
  return content as unknown as Blob;
}

function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
