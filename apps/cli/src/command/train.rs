//! `train guard`: the guard's classifier, made anew from labelled texts.
