// Package voices keeps recorded human voices: sound files that read a questionnaire's words aloud to people who do not
// read. None comes with the program. A pack is made by people who speak the language, travels as one file and is
// installed without a network.
//
// A pack is a ZIP archive of sound files and pack.json:
//
//	{"format": "leeward.voices/1", "language": "ar", "speaker": "a woman from Tripoli", "licence": "CC BY 4.0",
//	 "sounds": {"85a39ab345d672ff": {"file": "85a39ab345d672ff.ogg", "sha256": "…64 hexadecimal digits…"}}}
//
// A sound is called after the fingerprint of the wording that it reads ([schema.WordingHash]), so that a text that was
// changed is never read in its old words. Installed, the sounds of a language stand in a folder of its name, with
// pack.json; a later pack of that language takes its place whole.
//
// The digests in pack.json keep a torn or mixed-up copy from being installed and from being played. They say nothing
// about who made the pack: nobody signs one. Whoever installs it answers for what is said to people, and hears it first.
package voices
