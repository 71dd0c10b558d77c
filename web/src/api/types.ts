import type { components } from './schema';

type Schemas = components['schemas'];

/**
 * What the server answers, more exactly than the document can say it: records inside records are always there too;
 * only what is named below may be absent.
 */
export type Answer<T> = T extends (infer Item)[]
  ? Answer<Item>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { [Key in keyof T as Key extends AbsentKey ? Key : never]?: Answer<NonNullable<T[Key]>> } & {
          [Key in keyof T as Key extends AbsentKey ? never : Key]-?: Answer<NonNullable<T[Key]>>;
        }
    : T;

type AbsentKey = `${string}Time` | 'duplicateOf' | 'from' | 'to' | 'totalSize' | 'job' | HiddenFigure;

/** Figures that their reader may not see. */
type HiddenFigure = 'followUpsToday' | 'overdue' | 'contactsThisWeek';

export type User = Answer<Schemas['User']>;
export type Me = Answer<Schemas['Me']>;
export type SecondFactor = Answer<Schemas['SecondFactor']>;
export type ExternalIdentity = Answer<Schemas['ExternalIdentity']>;
export type ApiKey = Answer<Schemas['ApiKey']>;
export type ApiKeyInput = Schemas['ApiKeyInput'];
export type Device = Answer<Schemas['Device']>;
export type UserInput = Schemas['UserInput'];
export type UserPatch = Schemas['UserPatch'];
export type Department = Answer<Schemas['Department']>;
export type DepartmentInput = Schemas['DepartmentInput'];
export type Post = Answer<Schemas['Post']>;
export type PostInput = Schemas['PostInput'];
/** Counted only where the list was asked to. */
export type Role = Omit<Answer<Schemas['Role']>, 'userCount'> & { userCount?: number };
export type RoleInput = Schemas['RoleInput'];
export type Grant = Answer<Schemas['Grant']>;
export type FieldRule = Answer<Schemas['FieldRule']>;
export type OperationObject = Answer<Schemas['OperationObject']>;
export type SensitiveField = Answer<Schemas['SensitiveField']>;
export type EffectivePermissions = Answer<Schemas['EffectivePermissions']>;
/** Absent is what is not granted. */
export type GrantChange = Omit<Answer<Schemas['GrantChange']>, 'before' | 'after'> & {
  before?: Grant;
  after?: Grant;
};
export type PermissionChange = Omit<Answer<Schemas['PermissionChange']>, 'grants'> & {
  grants: GrantChange[];
};
export type GrantSource = Answer<Schemas['GrantSource']>;
export type Resource = Schemas['ResourceInput'];
export type Explained = Omit<Answer<Schemas['ExplainPermissionResponse']>, 'grant'> & { grant?: Grant };
/** Counted only where the list was asked to. */
export type DictionaryItem = Omit<Answer<Schemas['DictionaryItem']>, 'recordCount'> & {
  recordCount?: number;
};
export type Dictionary = Omit<Answer<Schemas['Dictionary']>, 'items'> & { items: DictionaryItem[] };
/** Not counted while the broker is out of reach. */
export type EventConsumer = Omit<Answer<Schemas['EventConsumer']>, 'waiting' | 'bulkWaiting' | 'dead'> & {
  waiting?: number;
  bulkWaiting?: number;
  dead?: number;
};
export type Outbox = Answer<Schemas['Outbox']>;
/** Content only of what can be read, time only where the broker tells it. */
export type DeadLetter = Omit<Answer<Schemas['DeadLetter']>, 'payload' | 'setAsideTime'> & {
  payload?: unknown;
  setAsideTime?: string;
};
export type Region = Answer<Schemas['Region']>;
export type Home = Answer<Schemas['Home']>;
export type TrendWeek = Answer<Schemas['TrendWeek']>;
export type Customer = Answer<Schemas['Customer']>;
export type CustomerInput = Schemas['CustomerInput'];
export type CustomerPatch = Schemas['CustomerPatch'];
/** A customer of a list, and why it is there. */
export type CustomerRow = Answer<Schemas['SearchCustomersResponseResult']> & {
  /** It is another's, and the reader may change it all the same. */
  sharedToWrite: boolean;
};
export type Condition = Schemas['ConditionInput'];
export type Job = Answer<Schemas['Job']>;
export type Handover = Answer<Schemas['Handover']>;
export type HandoverRule = Schemas['HandoverRuleInput'];
export type HandoverPreview = Answer<Schemas['PreviewHandoverResponse']>;
export type Contact = Answer<Schemas['Contact']>;
export type ContactInput = Schemas['ContactInput'];
export type ContactPatch = Schemas['ContactPatch'];
export type Share = Answer<Schemas['Share']>;
export type ShareInput = Schemas['ShareInput'];
export type Phone = Answer<Schemas['Phone']>;
export type LoggedOperation = Answer<Schemas['LoggedOperation']>;
export type SignIn = Answer<Schemas['SignIn']>;
export type HistoryEntry = Answer<Schemas['HistoryEntry']>;
export type FieldChange = Answer<Schemas['FieldChange']>;
export type Interaction = Answer<Schemas['Interaction']>;
export type InteractionInput = Schemas['InteractionInput'];
export type InteractionPatch = Schemas['InteractionPatch'];
export type FollowUp = Answer<Schemas['FollowUp']>;
/** Counted only where the list was asked to. */
export type Tag = Omit<Answer<Schemas['Tag']>, 'customerCount'> & { customerCount?: number };
export type TagInput = Schemas['TagInput'];
export type TagPatch = Schemas['TagPatch'];
export type AppliedTags = Answer<Schemas['ListCustomerTagsResponse']>;
export type TagGroup = Answer<Schemas['TagGroup']>;
export type TagGroupPatch = Schemas['TagGroupPatch'];
export type Import = Answer<Schemas['Import']>;
export type Problem = Schemas['Problem'];
export type Notice = Schemas['Notice'];
export type ImportRow = Answer<Schemas['ImportRow']>;
