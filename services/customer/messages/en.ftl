# The texts of spreadsheets that CIMS writes. Both languages have the same keys, which a test checks.

errors-file = Not imported - { $name }.xlsx
errors-sheet = Not imported
errors-reason = Why it was not imported
errors-row = Row in the file

reason-REQUIRED = “{ $column }” is required
reason-FORMAT = “{ $column }” does not have the right form, for example: { $allowed }
reason-CHECKSUM = The check character of “{ $column }” is wrong
reason-NOT_IN_DICTIONARY = “{ $column }” is none of the allowed values: { $allowed }
reason-FUTURE = “{ $column }” must not lie in the future
reason-TOO_LONG = “{ $column }” is too long, at most: { $allowed }
reason-CUSTOMER_DELETED = Not updated: the customer that it repeats is in the bin
reason-CUSTOMER_OUT_OF_REACH = Not updated: you may not change the customer that it repeats
reason-UPDATED_BY_EARLIER_ROW = An earlier row has updated this customer
reason-CREDIT_CODE_TAKEN = Another customer has this unified social credit code

duplicate-row = Same { $by } as row { $row }
duplicate-customer = Same { $by } as a customer that is there
by-name = name
by-phone = phone
by-creditCode = unified social credit code
by-idNumber = ID number

template-file = Customers to import.xlsx
template-sheet = Customers
template-values = Allowed values
type-ENTERPRISE = Enterprise
type-INDIVIDUAL = Individual

example-name = Example Technology Ltd.
example-creditCode = 91350100M000100Y43
example-contacts-name = Ming Wang
example-contacts-salutation = Mr.
example-contacts-position = Purchasing manager
example-phones = 13800138000
example-email = wang@example.com
example-regionCode = 江苏省南京市玄武区
example-address = 1 Zhongshan Road
example-homepage = https://www.example.com
example-cooperationProducts = Servers, Storage
example-firstCooperationDate = 2023-01-05
example-cumulativeAmount = 120000.00
example-remarks = An example: delete this row before you import
