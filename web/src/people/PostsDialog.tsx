import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Post } from '../api/types';
import { Failure } from '../app/Failure';
import { Loaded } from '../app/Loaded';
import { Note } from '../app/text';
import { NumberInput } from '../form/numbers';
import { postsQuery, useDeletePost, useSavePost } from './queries';

/** What people are in the company: few words, which say nothing of what they may do. */
export default function PostsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const query = useQuery(postsQuery);
  return (
    <Modal open title={t('post.title')} footer={null} onCancel={onClose}>
      <Flex vertical gap={8}>
        <Note>{t('post.means')}</Note>
        <Loaded query={query} rows={2}>
          {(posts) => (
            <ul className="plain-list">
              {posts.map((post) => (
                <li key={`${post.id} ${post.etag}`}>
                  <PostRow post={post} order={post.order} />
                </li>
              ))}
              <li key={`new ${posts.length}`}>
                <PostRow order={(posts.at(-1)?.order ?? 0) + 10} />
              </li>
            </ul>
          )}
        </Loaded>
      </Flex>
    </Modal>
  );
}

/** A post, or the place of the next one. */
function PostRow({ post, order: first }: { post?: Post; order: number }) {
  const { t } = useTranslation();
  const [name, setName] = useState(post?.name ?? '');
  const [order, setOrder] = useState(first);
  const save = useSavePost();
  const remove = useDeletePost();
  const changed = name.trim() !== '' && (name.trim() !== post?.name || order !== post.order);
  const submit = () => {
    if (changed) save.mutate({ post, body: { name: name.trim(), order } });
  };
  const error = save.error ?? remove.error;
  return (
    <Flex vertical gap={4}>
      <Flex gap={8}>
        <Input
          aria-label={post ? t('post.nameOf', { name: post.name }) : t('post.new')}
          placeholder={t('post.new')}
          value={name}
          maxLength={50}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={submit}
        />
        <NumberInput
          className="post-order"
          aria-label={post ? t('post.orderOf', { name: post.name }) : t('post.order')}
          min={0}
          max={10_000}
          value={order}
          onChange={(value) => setOrder(value ?? 0)}
        />
        <Button type="link" size="small" disabled={!changed} loading={save.isPending} onClick={submit}>
          {post ? t('action.save') : t('post.add')}
        </Button>
        {post && (
          <Button
            type="link"
            size="small"
            danger
            loading={remove.isPending}
            onClick={() => remove.mutate(post.id)}
          >
            {t('action.delete')}
          </Button>
        )}
      </Flex>
      {error && <Failure error={error} />}
    </Flex>
  );
}
