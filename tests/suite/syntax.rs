use bowl::syntax::parse;
