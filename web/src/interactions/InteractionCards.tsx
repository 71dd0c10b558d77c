import { Card, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { InteractionItem } from './InteractionItem';
import type { InteractionListProps } from './InteractionTable';

/** The list on a phone. */
export function InteractionCards({ rows, customers }: InteractionListProps) {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={8}>
      {rows.map((interaction) => {
        const customer = customers.get(interaction.customerId);
        return (
          <Card key={interaction.id} size="small" className="card-row">
            <Link to={`/customers/${interaction.customerId}`}>{customer?.name ?? t('app.nothing')}</Link>
            <InteractionItem interaction={interaction} customer={customer} />
          </Card>
        );
      })}
    </Flex>
  );
}
