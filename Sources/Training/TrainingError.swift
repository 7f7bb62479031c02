// What can go wrong in training, apart from what its parts report themselves.

package import SafeTensors

/// One case per cause; `description` names the file and the remedy.
package enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The output folder holds a run already.
  case runExists(path: String)
  /// The output folder holds weights that a new run would replace.
  case holdsModel(path: String, file: String)
  case notAFolder(path: String)
  /// There is nothing to resume.
  case noRun(path: String)
  case notATrainingState(path: String)
  /// The state of the run in a folder is gone or damaged.
  case stateUnreadable(folder: String, SafeTensorsError)
  case stateOfAnotherShape(path: String, tensor: String, found: Int, expected: Int)
  case badRunFile(path: String, reason: String)
  /// A run that says what it was trained on in a way that means nothing here.
  case corpusUnknown(path: String, folders: String)
  /// The loss is not finite again right after going back to the last good state.
  case diverged(step: Int, rollbacks: Int)

  package var description: String {
    switch self {
    case .runExists(let path):
      "\(path) holds a training run already: add --resume to go on with it, or name another --output"
    case .holdsModel(let path, let file):
      "\(path) holds a model already (\(file)), which a new run would replace: name another --output"
    case .notAFolder(let path): "\(path) is a file, not a folder: name another --output"
    case .noRun(let path):
      "\(path) holds no training run to resume (run.json or training_state.safetensors is missing): check --output; a start "
        + "that was cut off before its first step is begun again without --resume"
    case .notATrainingState(let path):
      "\(path) is not a training state of this version of synth: restore it from a copy, or start a new run"
    case .stateUnreadable(let folder, let error):
      "\(error); or train on from the weights of the run's model, with a schedule of their own: synth train --from \(folder) "
        + "--output NEW"
    case .stateOfAnotherShape(let path, let tensor, let found, let expected):
      "\(path): \(tensor) has \(found) values, config.json beside it asks for \(expected): the two files belong to "
        + "different runs"
    case .badRunFile(let path, let reason):
      "\(path): \(reason); restore it from a copy, or start a new run"
    case .corpusUnknown(let path, let folders):
      "run.json of \(path) says '\(folders)' for its recordings, but not from where: name their folder: synth train FOLDER "
        + "--output \(path) --resume"
    case .diverged(let step, let rollbacks):
      "training diverged at step \(step), \(rollbacks) times in a row: resume with a lower --learning-rate"
    }
  }
}
