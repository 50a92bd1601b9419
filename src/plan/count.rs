//! COUNT of several arguments: the rows, or with DISTINCT the combinations, in which none of them is NULL.
//! <https://docs.snowflake.com/en/sql-reference/functions/count>

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Value,
};

use super::expression::call;

/// Makes one argument of several, which is NULL where one of them is.
pub fn single_argument(function: &mut Function) {
    if function.name.to_string() != "COUNT" {
        return;
    }
    let FunctionArguments::List(list) = &mut function.args else {
        return;
    };
    let arguments = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => Some(argument.clone()),
        _ => None,
    });
    let Some(arguments) = arguments
        .collect::<Option<Vec<Expr>>>()
        .filter(|all| all.len() > 1)
    else {
        return;
    };
    let known = arguments
        .iter()
        .map(|argument| Expr::IsNotNull(Box::new(argument.clone())))
        .reduce(|all, next| Expr::BinaryOp {
            left: Box::new(all),
            op: BinaryOperator::And,
            right: Box::new(next),
        });
    let Some(condition) = known else { return };
    let result = match list.duplicate_treatment {
        Some(DuplicateTreatment::Distinct) => call("ARRAY_CONSTRUCT", arguments),
        _ => Expr::Value(Value::Number("1".to_string(), false).into()),
    };
    let counted = Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: None,
    };
    list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(counted))];
}
