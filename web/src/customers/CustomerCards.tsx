import { Card, Flex, Typography } from 'antd';
import { Link } from 'react-router';
import { useDictionaries } from '../dictionaries/dictionaries';
import { useUserName } from '../people/users';
import { useProvinceName } from '../regions/regions';
import { CustomerTags, LevelTag, NextContact, PhoneLink, StatusTag } from './cells';
import type { CustomerListProps } from './CustomerTable';
import { LoadMore } from './LoadMore';
import { MatchReasons } from './MatchReasons';
import { RestoreButton } from './RestoreButton';

/** The list on a phone. */
export default function CustomerCards({ rows, bin, more }: CustomerListProps) {
  const userName = useUserName();
  const provinceName = useProvinceName();
  const { label } = useDictionaries();
  return (
    <Flex vertical gap={8}>
      {rows.map(({ customer, reasons }) => (
        <Card key={customer.id} size="small" className="card-row">
          <Flex justify="space-between" gap={8}>
            <Link to={`/customers/${customer.id}`}>
              <Typography.Text strong>{customer.name}</Typography.Text>
            </Link>
            <Flex gap={4}>
              <LevelTag level={customer.level} label={label('level', customer.level)} />
              <StatusTag status={customer.status} label={label('status', customer.status)} />
            </Flex>
          </Flex>
          <MatchReasons reasons={reasons} />
          <Flex gap="2px 12px" wrap className="card-details">
            {customer.phones[0] && <PhoneLink number={customer.phones[0].number} />}
            <Typography.Text type="secondary">{provinceName(customer.regionCode)}</Typography.Text>
            <Typography.Text type="secondary">{userName(customer.ownerId)}</Typography.Text>
            <NextContact time={customer.nextContactTime} labelled />
          </Flex>
          <CustomerTags tags={customer.tags} />
          {bin && <RestoreButton customer={customer} />}
        </Card>
      ))}
      <LoadMore count={rows.length} more={more} />
    </Flex>
  );
}
