import { Button, Flex } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../api/types';
import { problemOf } from '../api/problem';
import { Failure } from '../app/Failure';
import { Note } from '../app/text';
import { Avatar } from './Avatar';
import { useDeleteAvatar, useSetAvatar, type Whose } from './avatars';

const SIZE_PX = 64;

interface PictureFieldProps {
  user: User;
  whose: Whose;
  /** Told the person as they are then. */
  onSaved?: (user: User) => void;
}

/** Somebody's picture, and how it gets another; each is saved at once. */
export function PictureField({ user, whose, onSaved }: PictureFieldProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const set = useSetAvatar(whose);
  const remove = useDeleteAvatar(whose);
  const choose = ({ target }: React.ChangeEvent<HTMLInputElement>) => {
    const [file] = target.files ?? [];
    // The same file may be chosen again.
    target.value = '';
    remove.reset();
    if (file) set.mutate(file, { onSuccess: onSaved });
  };
  const take = () => {
    set.reset();
    remove.mutate(undefined, { onSuccess: onSaved });
  };
  const error = set.error ?? remove.error;
  return (
    <Flex vertical gap={8}>
      <Flex gap={16} align="center" wrap>
        <Avatar user={user} size={SIZE_PX} />
        <Flex vertical gap={4}>
          <Flex gap={8} wrap>
            <Button size="small" loading={set.isPending} onClick={() => input.current?.click()}>
              {user.avatar ? t('picture.change') : t('picture.add')}
            </Button>
            {user.avatar && (
              <Button size="small" loading={remove.isPending} onClick={take}>
                {t('picture.remove')}
              </Button>
            )}
          </Flex>
          <Note>{t('picture.hint')}</Note>
        </Flex>
      </Flex>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/png,image/jpeg,image/webp"
        aria-label={t('picture.file')}
        onChange={choose}
      />
      {error && <Failure error={error} lines={problemOf(error).errors?.map(({ message }) => message)} />}
    </Flex>
  );
}
