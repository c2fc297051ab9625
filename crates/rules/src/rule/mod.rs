//! A rule: Rego, checked and compiled once, then evaluated as often as wanted. Evaluating is pure: input in, verdict out.

mod answer;
mod building;
mod check;
mod shape;
mod syntax;

pub use check::Fault;

use crate::functions;
use crate::input::{Facts, Reads, UnreadableInput};
use crate::limits::{self, Limits};
use crate::verdict::{CannotTell, Verdict};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::Program;
use regorus::rvm::vm::{RegoVM, VmError};
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::thread;

/// The package of every rule, and what it must define: a set of violations.
const ENTRY: &str = "data.standard.violations";
const FILE: &str = "rule";
/// Bytes, of which only what is used is taken.
const COMPILING_STACK: usize = 128 * 1024 * 1024;

/// A compiled rule. Cloning shares it; threads may evaluate it at once.
#[derive(Debug, Clone)]
pub struct Rule {
    program: Arc<Program>,
    source: Arc<str>,
    reads: Reads,
}

impl Rule {
    /// Checks and compiles a source.
    ///
    /// # Errors
    /// Every fault that could be found, with line and column, both from 1.
    pub fn compile(source: &str) -> Result<Self, Vec<Fault>> {
        shape::before(source)?;
        // The parser goes down into what it reads. On a stack of its own that cannot take the caller's thread with it.
        thread::scope(|scope| {
            let compiling = thread::Builder::new().name("rule".to_owned()).stack_size(COMPILING_STACK).spawn_scoped(scope, || Self::compiled(source));
            let compiled = compiling.ok().and_then(|thread| thread.join().ok());
            compiled.unwrap_or_else(|| Err(vec![Fault::told("the rule cannot be read: write it more simply")]))
        })
    }

    fn compiled(source: &str) -> Result<Self, Vec<Fault>> {
        let mut engine = regorus::Engine::new();
        engine.set_policy_length_config(regorus::PolicyLengthConfig {
            max_col: NonZeroU32::new(u32::try_from(limits::LONGEST_LINE).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MAX),
            max_file_bytes: NonZeroUsize::new(limits::LONGEST_SOURCE).unwrap_or(NonZeroUsize::MAX),
            max_lines: NonZeroUsize::new(limits::LONGEST_SOURCE).unwrap_or(NonZeroUsize::MAX),
        });
        engine.add_policy(FILE.to_owned(), source.to_owned()).map_err(|error| vec![Fault::told(&error.to_string())])?;
        let tree = engine.get_ast_as_json().map_err(|error| vec![Fault::told(&error.to_string())])?;
        let reads = check::tree(&tree)?;
        let compiled = engine.compile_with_entrypoint(&ENTRY.into()).map_err(|error| vec![Fault::told(&error.to_string())])?;
        let program = Compiler::compile_from_policy(&compiled, &[ENTRY]).map_err(|error| vec![Fault::told(&error.to_string())])?;
        let mut program = Arc::unwrap_or_clone(program);
        functions::install(&mut program).map_err(|error| vec![Fault::told(&error.to_string())])?;
        Ok(Self { program: Arc::new(program), source: source.into(), reads })
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// Parts of the input that it may look at: what it says is the same without the others.
    pub const fn reads(&self) -> Reads {
        self.reads
    }

    /// What the rule says of one input, within the usual limits.
    pub fn evaluate(&self, facts: &Facts) -> Verdict {
        self.machine(Limits::default()).evaluate(facts)
    }

    /// A machine for many inputs, one after the other.
    pub fn machine(&self, limits: Limits) -> Machine<'_> {
        Machine { rule: self, limits, vm: None }
    }
}

/// A rule with the registers to run it. Made once for many inputs; each evaluation begins clean.
#[derive(Debug)]
pub struct Machine<'a> {
    rule: &'a Rule,
    limits: Limits,
    vm: Option<RegoVM>,
}

impl Machine<'_> {
    /// What the rule says of an input that may not be readable: then nobody can tell.
    pub fn ask(&mut self, facts: &Result<Facts, UnreadableInput>) -> Verdict {
        match facts {
            Ok(facts) => self.evaluate(facts),
            Err(why) => Verdict::CannotTell(CannotTell::Failed(why.to_string())),
        }
    }

    pub fn evaluate(&mut self, facts: &Facts) -> Verdict {
        // Taken out, so that a machine in which something went wrong is not used again.
        let mut vm = self.vm.take().unwrap_or_else(|| made(self.rule, self.limits));
        vm.set_input(facts.0.clone());
        limits::begin(self.limits);
        match vm.execute_entry_point_by_index(0) {
            Ok(found) => {
                self.vm = Some(vm);
                answer::verdict(&found)
            }
            Err(error) => Verdict::CannotTell(self.reason(error)),
        }
    }

    fn reason(&self, error: VmError) -> CannotTell {
        if let Some(why) = limits::failed() {
            return CannotTell::Failed(why);
        }
        match error {
            VmError::InstructionLimitExceeded { .. } => CannotTell::Steps(self.limits.instructions),
            VmError::TimeLimitExceeded { .. } => CannotTell::Time(self.limits.time.as_millis()),
            VmError::MemoryLimitExceeded { .. } => CannotTell::Memory(self.limits.bytes),
            other => CannotTell::Failed(check::plain(&other.to_string())),
        }
    }
}

fn made(rule: &Rule, limits: Limits) -> RegoVM {
    let mut vm = RegoVM::new();
    vm.load_program(Arc::clone(&rule.program));
    vm.set_max_instructions(limits.instructions);
    vm.set_execution_timer_config(Some(limits.timer()));
    // A function that is given the wrong kind of value must not make a violation vanish; see `limits::fail`.
    vm.set_strict_builtin_errors(true);
    vm
}
