# 系统写出的电子表格里的文字。两种语言的键相同，有测试检查。

errors-file = 未导入的行-{ $name }.xlsx
errors-sheet = 未导入的行
errors-reason = 未导入原因
errors-row = 原文件行号

reason-REQUIRED = 「{ $column }」必填
reason-FORMAT = 「{ $column }」格式不正确，例如：{ $allowed }
reason-CHECKSUM = 「{ $column }」校验位不正确
reason-NOT_IN_DICTIONARY = 「{ $column }」不在允许的值里：{ $allowed }
reason-FUTURE = 「{ $column }」不能晚于现在
reason-TOO_LONG = 「{ $column }」太长，最多：{ $allowed }
reason-CUSTOMER_DELETED = 与之重复的客户已在回收站，未更新
reason-CUSTOMER_OUT_OF_REACH = 您无权修改与之重复的客户，未更新
reason-UPDATED_BY_EARLIER_ROW = 前面的行已更新了这个客户
reason-CREDIT_CODE_TAKEN = 另一个客户已有这个统一社会信用代码

duplicate-row = { $by }与第 { $row } 行相同
duplicate-customer = { $by }与已有客户相同
by-name = 名称
by-phone = 电话
by-creditCode = 统一社会信用代码
by-idNumber = 身份证号

template-file = 客户导入模板.xlsx
template-sheet = 客户
template-values = 允许的值
type-ENTERPRISE = 企业
type-INDIVIDUAL = 个人

example-name = 示例科技有限公司
example-creditCode = 91350100M000100Y43
example-contacts-name = 王小明
example-contacts-salutation = 先生
example-contacts-position = 采购经理
example-phones = 13800138000
example-email = wang@example.com
example-regionCode = 江苏省南京市玄武区
example-address = 中山路 1 号
example-homepage = https://www.example.com
example-cooperationProducts = 服务器、存储
example-firstCooperationDate = 2023-01-05
example-cumulativeAmount = 120000.00
example-remarks = 这一行是示例，导入前请删除
