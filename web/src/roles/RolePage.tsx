import './roles.css';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Input, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Role } from '../api/types';
import { Loaded } from '../app/Loaded';
import { PageTitle } from '../app/text';
import { useUnsaved } from '../session/unsaved';
import { catalogueQuery } from './catalogue';
import { type Draft, draftOf, incomplete, isChanged, roleOf } from './grants';
import { FieldRulesEditor, GrantsEditor } from './GrantsEditor';
import { roleQuery, useLabelOf, useSaveRole } from './roles';

const RoleNameForm = lazy(() => import('./RoleNameForm'));
const PlanDialog = lazy(() => import('./PlanDialog'));

export default function RolePage() {
  const { code = '' } = useParams();
  const query = useQuery(roleQuery(code));
  return (
    <Loaded query={query} rows={10}>
      {(role) => <RoleEditor key={role.code} newest={role} />}
    </Loaded>
  );
}

/** What a role grants; a built-in one is shown, and can be copied. */
function RoleEditor({ newest }: { newest: Role }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const catalogue = useQuery(catalogueQuery);
  const [role, setRole] = useState(newest);
  const [seen, setSeen] = useState(newest.etag);
  const [draft, setDraft] = useState(() => draftOf(newest));
  const [open, setOpen] = useState<'copy' | 'save'>();
  const save = useSaveRole();
  const changed = isChanged(draft, role);
  const show = (shown: Role) => {
    setRole(shown);
    setDraft(draftOf(shown));
  };
  // What somebody else saved is shown, but never in place of what is being written here.
  if (newest.etag !== seen) {
    setSeen(newest.etag);
    if (!changed) show(newest);
  }
  const close = () => {
    setOpen(undefined);
    save.reset();
  };
  useUnsaved(changed);
  const write = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const name = useLabelOf()(role);
  const body = roleOf(draft);
  return (
    <Flex vertical gap={12}>
      <title>{`${name} · CIMS`}</title>
      <Link to="/roles">{t('role.pageTitle')}</Link>
      <Flex align="center" gap={8} wrap className="role-head">
        <PageTitle>{name}</PageTitle>
        {role.builtIn && <Tag>{t('role.builtIn')}</Tag>}
        <Flex gap={8} className="push-end">
          <Button onClick={() => setOpen('copy')}>{t('role.copy')}</Button>
          {!role.builtIn && (
            <>
              <Button disabled={!changed} onClick={() => setDraft(draftOf(role))}>
                {t('role.undo')}
              </Button>
              <Button
                type="primary"
                disabled={!changed || body.labelZh === '' || incomplete(draft).length > 0}
                onClick={() => setOpen('save')}
              >
                {t('action.save')}
              </Button>
            </>
          )}
        </Flex>
      </Flex>
      {role.builtIn ? (
        <Alert type="info" showIcon title={t('role.builtInMeans')} />
      ) : (
        <Names draft={draft} onChange={write} />
      )}
      <Loaded query={catalogue} rows={10}>
        {({ objects, fields }) => (
          <>
            <GrantsEditor objects={objects} draft={draft} readOnly={role.builtIn} onChange={write} />
            <FieldRulesEditor fields={fields} draft={draft} readOnly={role.builtIn} onChange={write} />
          </>
        )}
      </Loaded>
      <Suspense fallback={null}>
        {open === 'copy' && (
          <RoleNameForm
            original={role}
            onMade={(code) => {
              close();
              void navigate(`/roles/${code}`);
            }}
            onClose={close}
          />
        )}
        {open === 'save' && (
          <PlanDialog
            plan={{ role: { ...body, code: role.code } }}
            title={t('role.saveTitle', { name })}
            okText={t('action.save')}
            saving={save.isPending}
            error={save.error}
            onConfirm={() =>
              save.mutate(
                { role, body },
                {
                  onSuccess: (saved: Role) => {
                    show(saved);
                    close();
                  },
                },
              )
            }
            onClose={close}
          />
        )}
      </Suspense>
    </Flex>
  );
}

interface NamesProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

function Names({ draft, onChange }: NamesProps) {
  const { t } = useTranslation();
  const input = (field: 'labelZh' | 'labelEn' | 'description', maxLength: number) => (
    <label className="role-text">
      {t(`role.field.${field}`)}
      <Input
        maxLength={maxLength}
        status={field === 'labelZh' && draft.labelZh.trim() === '' ? 'error' : undefined}
        value={draft[field]}
        onChange={(event) => onChange({ [field]: event.target.value })}
      />
    </label>
  );
  return (
    <Card size="small">
      <div className="role-texts">
        {input('labelZh', 50)}
        {input('labelEn', 50)}
        {input('description', 500)}
      </div>
    </Card>
  );
}
