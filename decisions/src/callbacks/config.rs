//! Callbacks as data: Keras's names and arguments, their checks, and their states in a checkpoint.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    backup_and_restore::BackupAndRestore, csv_logger::CsvLogger, early_stopping::EarlyStopping,
    learning_rate_scheduler::LearningRateScheduler, model_checkpoint::ModelCheckpoint,
    reduce_lr_on_plateau::ReduceLrOnPlateau, tensor_board::TensorBoard, terminate_on_nan::TerminateOnNan,
};
use crate::error::{Error, Result};

/// A callback by its Keras name and arguments.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum CallbackConfig {
    /// See [`EarlyStopping`].
    EarlyStopping(EarlyStopping),
    /// See [`ReduceLrOnPlateau`].
    #[serde(rename = "ReduceLROnPlateau")]
    ReduceLrOnPlateau(ReduceLrOnPlateau),
    /// See [`ModelCheckpoint`].
    ModelCheckpoint(ModelCheckpoint),
    /// See [`LearningRateScheduler`].
    LearningRateScheduler(LearningRateScheduler),
    /// See [`CsvLogger`].
    #[serde(rename = "CSVLogger")]
    CsvLogger(CsvLogger),
    /// See [`TerminateOnNan`].
    #[serde(rename = "TerminateOnNaN")]
    TerminateOnNan(TerminateOnNan),
    /// See [`BackupAndRestore`].
    BackupAndRestore(BackupAndRestore),
    /// See [`TensorBoard`].
    TensorBoard(TensorBoard),
}

impl CallbackConfig {
    /// The Keras name of a callback that sets the learning rate; `None` for the others.
    #[must_use]
    pub fn sets_the_rate(&self) -> Option<&'static str> {
        match self {
            Self::ReduceLrOnPlateau(_) => Some("ReduceLROnPlateau"),
            Self::LearningRateScheduler(_) => Some("LearningRateScheduler"),
            _ => None,
        }
    }

    /// # Errors
    ///
    /// An argument is out of range, or the metric is not measured in this run. `measured` are the names of what the run
    /// measures, and `always` of what it measures after every epoch.
    pub fn check(&self, measured: &[String], always: &[String]) -> Result<()> {
        match self {
            Self::EarlyStopping(rule) => {
                whole("patience", "EarlyStopping", rule.patience)?;
                whole("startFromEpoch", "EarlyStopping", rule.start_from_epoch)?;
                min_delta("EarlyStopping", rule.min_delta)?;
                finite("baseline", "EarlyStopping", rule.baseline)?;
                monitor("EarlyStopping", &rule.monitor, measured)
            }
            Self::ReduceLrOnPlateau(rule) => {
                if !(rule.factor > 0.0 && rule.factor < 1.0) {
                    return Err(Error::config(
                        "factor",
                        format!("of ReduceLROnPlateau must be above 0 and below 1, not {}", rule.factor),
                    ));
                }
                if !(rule.min_lr >= 0.0 && rule.min_lr.is_finite()) {
                    return Err(Error::config(
                        "minLr",
                        format!("of ReduceLROnPlateau must be 0 or more, not {}", rule.min_lr),
                    ));
                }
                whole("patience", "ReduceLROnPlateau", rule.patience)?;
                whole("cooldown", "ReduceLROnPlateau", rule.cooldown)?;
                min_delta("ReduceLROnPlateau", rule.min_delta)?;
                monitor("ReduceLROnPlateau", &rule.monitor, measured)
            }
            Self::ModelCheckpoint(rule) => {
                rule.check(always)?;
                finite("initialValueThreshold", "ModelCheckpoint", rule.initial_value_threshold)?;
                match rule.save_best_only {
                    true => monitor("ModelCheckpoint", &rule.monitor, measured),
                    false => Ok(()),
                }
            }
            Self::LearningRateScheduler(rule) => rule.check(),
            Self::CsvLogger(rule) => rule.check(),
            Self::TensorBoard(rule) => rule.check(),
            Self::TerminateOnNan(_) => Ok(()),
            Self::BackupAndRestore(rule) => rule.save_freq.check("BackupAndRestore"),
        }
    }

    /// The state that a checkpoint stores, without kept weights.
    #[must_use]
    pub fn state(&self) -> Value {
        let state = match self {
            Self::EarlyStopping(rule) => serde_json::to_value(&rule.state),
            Self::ReduceLrOnPlateau(rule) => serde_json::to_value(&rule.state),
            Self::ModelCheckpoint(rule) => serde_json::to_value(&rule.state),
            Self::CsvLogger(rule) => serde_json::to_value(&rule.columns),
            Self::BackupAndRestore(rule) => serde_json::to_value(rule.batches),
            Self::LearningRateScheduler(_) | Self::TerminateOnNan(_) | Self::TensorBoard(_) => Ok(Value::Null),
        };
        state.expect("plain data always serialises")
    }

    /// Restores what [`Self::state`] returned.
    ///
    /// # Errors
    ///
    /// It is the state of another callback.
    pub fn restore(&mut self, state: Value) -> serde_json::Result<()> {
        match self {
            Self::EarlyStopping(rule) => rule.state = serde_json::from_value(state)?,
            Self::ReduceLrOnPlateau(rule) => rule.state = serde_json::from_value(state)?,
            Self::ModelCheckpoint(rule) => rule.state = serde_json::from_value(state)?,
            Self::CsvLogger(rule) => rule.columns = serde_json::from_value(state)?,
            Self::BackupAndRestore(rule) => rule.batches = serde_json::from_value(state)?,
            Self::LearningRateScheduler(_) | Self::TerminateOnNan(_) | Self::TensorBoard(_) => {}
        }
        Ok(())
    }
}

/// Checks a count of epochs: a JavaScript number may be a fraction or NaN.
fn whole(option: &str, callback: &str, value: f64) -> Result<()> {
    match value >= 0.0 && value.fract() == 0.0 {
        true => Ok(()),
        false => Err(Error::config(option, format!("of {callback} must be a whole number of 0 or more, not {value}"))),
    }
}

fn min_delta(callback: &str, min_delta: f64) -> Result<()> {
    match min_delta.is_finite() && min_delta >= 0.0 {
        true => Ok(()),
        false => Err(Error::config("minDelta", format!("of {callback} must be 0 or more, not {min_delta}"))),
    }
}

fn finite(option: &str, callback: &str, value: Option<f64>) -> Result<()> {
    match value.is_none_or(f64::is_finite) {
        true => Ok(()),
        false => Err(Error::config(option, format!("of {callback} must be a number or left out"))),
    }
}

fn monitor(callback: &str, monitor: &String, measured: &[String]) -> Result<()> {
    match measured.contains(monitor) {
        true => Ok(()),
        false => Err(Error::config(
            "monitor",
            format!(
                "of {callback} is \"{monitor}\", but this run measures only {}; hold out validation pictures or watch another",
                measured.join(", ")
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callbacks::SaveFreq;

    #[test]
    fn names_and_defaults_are_keras_and_unknown_words_are_refused() {
        let read = |json: &str| serde_json::from_str::<CallbackConfig>(json);
        let callback = read(r#"{"type":"ReduceLROnPlateau","factor":0.3}"#).unwrap();
        assert_eq!(serde_json::to_value(&callback).unwrap()["patience"], 10.0);
        let measured = ["loss", "val_loss"].map(String::from);
        assert!(callback.check(&measured, &measured).is_ok());
        assert!(callback.check(&measured[..1], &measured[..1]).unwrap_err().to_string().contains("val_loss"));
        assert!(read(r#"{"type":"EarlyStopping","patients":3}"#).is_err());
        let refusal =
            read(r#"{"type":"EarlyStopping","patience":1.5}"#).unwrap().check(&measured, &measured).unwrap_err();
        assert!(refusal.to_string().starts_with("patience of EarlyStopping must be a whole number"), "{refusal}");
        assert!(read(r#"{"type":"TerminateOnNaN","raise":true}"#).is_err());
        let every = read(r#"{"type":"BackupAndRestore","saveFreq":3}"#).unwrap();
        assert!(matches!(&every, CallbackConfig::BackupAndRestore(rule) if rule.save_freq == SaveFreq::Batches(3.0)));
        assert!(read(r#"{"type":"BackupAndRestore","saveFreq":"day"}"#).is_err());
        assert!(read(r#"{"type":"BackupAndRestore","saveFreq":0}"#).unwrap().check(&measured, &measured).is_err());
    }

    #[test]
    fn what_is_written_reads_back() {
        for json in [
            r#"{"type":"ModelCheckpoint","filepath":"a.tabfit","saveFreq":"epoch"}"#,
            r#"{"type":"CSVLogger","filename":"a.csv"}"#,
            r#"{"type":"LearningRateScheduler","schedule":[0.1]}"#,
            r#"{"type":"TerminateOnNaN"}"#,
            r#"{"type":"TensorBoard","updateFreq":"batch"}"#,
            r#"{"type":"TensorBoard","updateFreq":20}"#,
        ] {
            let callback: CallbackConfig = serde_json::from_str(json).unwrap();
            let text = serde_json::to_string(&callback).unwrap();
            let back: CallbackConfig = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&back).unwrap(), text);
        }
    }
}
