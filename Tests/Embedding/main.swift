// A second of sound into a file: embedding OUT.wav, or embedding OUT.wav FOLDER with a model of your own.
import AudioIO
import Generation
import WaveNet

let arguments = CommandLine.arguments.dropFirst()
let output = arguments.first ?? "out.wav"

let model: LoadedModel
if let folder = arguments.dropFirst().first {
  model = try ModelFolder.load(folder)
} else {
  model = try ShippedModel.load()
}

let generator = try Generator(model, seed: 1)  // draws as the model's author recommends
let clip = try generator.clip(seconds: 1)  // for longer sound piece by piece: generator.samples(320)
try SoundFile.write(clip, to: output)

print("\(output): \(clip.seconds) s at \(clip.sampleRate) Hz from \(model.path)")
